//! `AWS::ApiGateway::Account`: with which role API Gateway writes its logs.
//!
//! A stage with a log level or an access log is refused in an account without the role. CloudFormation orders by names alone, so a stage that does not
//! wait for the account can come before it.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html>

use super::Resolved;
use super::finding::Findings;
use super::scope::Scope;
use super::usage_plans::waits_for;
use stack::{ApiGatewayAccount, LoggingLevel, PrematureLogging, RestApi, Role};

const KIND: &str = "AWS::ApiGateway::Account";

/// The account, if the template has one; the first of several counts, as all of them are one account.
pub(super) fn read(resources: &[Resolved<'_>], roles: &[Role], findings: &Findings) -> Option<ApiGatewayAccount> {
    let mut accounts = resources.iter().filter(|resource| resource.kind() == KIND).filter_map(|resource| {
        let mut fields = resource.fields(KIND, findings)?;
        let arn = fields.text("CloudWatchRoleArn");
        let role = roles.iter().find(|role| Some(role.arn()) == arn).cloned();
        if let Some(arn) = arn.filter(|_| role.is_none()) {
            fields.lack("CloudWatchRoleArn", format!("the template has no role with the ARN {arn}"));
        }
        fields.done();
        Some(ApiGatewayAccount { logical_id: resource.resource.id.clone(), role })
    });
    let first = accounts.next();
    // The others are read as well, for what is wrong in them.
    accounts.for_each(drop);
    first
}

/// The stages with a log level whose APIs wait for no account, or for one without a role.
pub(super) fn premature(
    apis: &[RestApi],
    account: Option<&ApiGatewayAccount>,
    scope: &Scope<'_>,
) -> Vec<PrematureLogging> {
    let account = account.filter(|account| account.role.is_some());
    let is_account = |id: &str| account.is_some_and(|account| account.logical_id == id);
    let waits = |api: &RestApi| {
        let mut parts = [&api.stage_logical_id, &api.logical_id].into_iter().filter_map(|id| scope.resources.get(id));
        parts.any(|resource| waits_for(resource, &|id| scope.resources.get(id), &is_account))
    };
    let stage = |api: &RestApi| PrematureLogging { stage: api.stage_logical_id.clone() };
    apis.iter().filter(logs).filter(|api| !waits(api)).map(stage).collect()
}

/// The template's name for the stage of an API, as SAM makes it.
pub(super) fn stage_id(api: &str, stage: &str, scope: &Scope<'_>) -> String {
    let made = scope.expanded.made_of(api, "AWS::ApiGateway::Stage").map(str::to_string);
    made.unwrap_or_else(|| format!("{api}{stage}Stage"))
}

/// Whether anything is written about one of its methods.
fn logs(api: &&RestApi) -> bool {
    let of_methods = api.methods.iter().filter_map(|method| method.execution_logging);
    api.access_log.is_some()
        || of_methods.chain([api.execution_logging]).any(|logging| logging.level != LoggingLevel::Off)
}
