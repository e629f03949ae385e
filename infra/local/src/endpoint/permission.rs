//! Asks IAM whether a caller may do what it asks for.
//!
//! An operation says itself which permissions it needs ([`Operation::permissions`]). How a service refuses is in the file
//! with its operations.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::operation::Operation;
use super::{EndpointCall, cloudformation_api, lambda_api, logs_api, query_compatible};
use crate::clock::Clock;
use crate::iam::{Caller, Session, request_context};
use crate::service::RequiredPermission;
use crate::vpc::EndpointPolicy;
use stack::policy::{AuthorizationRequest, Denial};
use stack::{ACCOUNT, is_account_id};

/// Asks the role of a function for all that the operation needs, then the policies of the VPC endpoints that the call came through, and
/// of every caller whether what it names belongs to this account. `headers` are those of the call.
///
/// # Errors
///
/// The first denial.
pub(super) fn check(
    caller: &Caller,
    vpc_endpoints: &[EndpointPolicy],
    operation: &Operation<'_>,
    request: &Value,
    headers: &HeaderMap,
    clock: &Clock,
) -> Result<(), Denial> {
    let mut common = request_context(clock, headers);
    let session = match caller {
        Caller::Function(session) => Some(session),
        _ => None,
    };
    common.extend(session.map(Session::context).unwrap_or_default());
    operation.permissions(request).iter().try_for_each(|RequiredPermission { action, resource, context: own }| {
        let keys = common.iter().chain(&own.keys).map(|(key, value)| (*key, value.as_str()));
        let context: Vec<(&str, &str)> = keys.collect();
        let asked = AuthorizationRequest {
            action,
            resource,
            principal: None,
            context: &context,
            unknown_keys: &own.unknown_keys,
        };
        if let Some(session) = session {
            session.check(&asked)?;
            vpc_endpoints.iter().try_for_each(|policy| session.check_vpc_endpoint(policy, &asked))?;
        }
        match has_resource_policies(action) && is_of_another_account(resource) {
            true => Err(Denial::of_another_account(caller.arn(), &asked)),
            false => Ok(()),
        }
    })
}

/// Whether the service of an action has policies on its resources: only there can a caller of another account be let in.
fn has_resource_policies(action: &str) -> bool {
    ["dynamodb:", "lambda:", "logs:", "sqs:"].iter().any(|prefix| action.starts_with(prefix))
}

/// Whether an ARN names another account. The local cloud has one, so no policy there can let this one's callers in.
fn is_of_another_account(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let account = parts.nth(4).unwrap_or_default();
    arn.starts_with("arn:") && is_account_id(account) && account != ACCOUNT
}

/// The refusal in the form of the operation's service, and in the protocol of the call.
pub(super) fn denied(
    operation: &Operation<'_>,
    call: &EndpointCall<'_>,
    denial: &Denial,
    request_id: &str,
) -> Response {
    match operation {
        Operation::Hosted(hosted, _) => hosted.denied(denial),
        Operation::Logs(_) => logs_api::denied(denial),
        Operation::CloudWatch(_) | Operation::Sqs(_) => query_compatible::denied(call.protocol, denial, request_id),
        Operation::CloudFormation(_) => cloudformation_api::denied(denial, request_id),
        // The others need no permission that is asked here.
        Operation::Lambda(_) | Operation::LeftOut(_) | Operation::Sts(_) | Operation::Unknown(_) => {
            lambda_api::denied(denial)
        }
    }
}
