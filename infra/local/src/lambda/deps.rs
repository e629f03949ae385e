//! What one function gets: its own address of the AWS endpoint, and a log if its role may write one.

use super::LambdaDeps;
use crate::logs::Logs;
use stack::policy::{AuthorizationRequest, Decision, decide};
use stack::{Function, Role, log_stream_arn};

impl LambdaDeps {
    /// What `function` gets of it.
    pub(super) fn of(&self, function: &Function) -> LambdaDeps {
        let mut own = self.clone();
        own.endpoint = self.function_endpoints.of(&function.name).unwrap_or(self.endpoint);
        if !may_log(&function.role, &function.log_group, self.logs.has_group(&function.log_group)) {
            // Lambda runs the function all the same; its lines go nowhere, and nobody is told.
            own.logs = Logs::nowhere(self.clock.clone());
        }
        own
    }
}

/// Whether a function's lines reach its log group. A role without a trust policy comes from no template, and is not asked.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html#monitoring-cloudwatchlogs-prereqs>
fn may_log(role: &Role, group: &str, exists: bool) -> bool {
    let resource = log_stream_arn(group, "");
    let allows = |action| {
        decide(&role.policies, &AuthorizationRequest { action, resource: &resource, ..AuthorizationRequest::default() })
            == Decision::Allowed
    };
    role.assume_role_policy.is_null()
        || allows("logs:CreateLogStream") && allows("logs:PutLogEvents") && (exists || allows("logs:CreateLogGroup"))
}
