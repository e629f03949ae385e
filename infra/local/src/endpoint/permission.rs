//! Asks IAM whether a caller may do what it asks for.
//!
//! An operation says itself which permissions it needs ([`Operation::permissions`]). How a service refuses is in the file
//! with its operations.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use axum::response::Response;
use serde_json::Value;

use super::operation::Operation;
use super::{EndpointCall, lambda_api, logs_api, sqs_api};
use crate::iam::Session;
use crate::service::RequiredPermission;
use stack::policy::{Denial, Question};
use stack::{ACCOUNT, REGION};

/// Asks the caller's role for all that the operation needs.
///
/// # Errors
///
/// The first denial.
pub(super) fn check(session: &Session, operation: &Operation<'_>, request: &Value) -> Result<(), Denial> {
    let context = [("aws:SourceIp", "127.0.0.1"), ("aws:RequestedRegion", REGION), ("aws:PrincipalAccount", ACCOUNT)];
    let arn = session.arn();
    let context = [&context[..], &[("aws:PrincipalArn", arn.as_str()), ("aws:SecureTransport", "true")]].concat();
    operation.permissions(request).iter().try_for_each(|RequiredPermission { action, resource }| {
        session.check(&Question { action, resource, principal: None, context: &context })
    })
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
        Operation::Sqs(_) => sqs_api::denied(call.protocol, denial, request_id),
        // The others need no permission that is asked here.
        Operation::Lambda(_) | Operation::LeftOut(_) | Operation::Sts(_) | Operation::Unknown(_) => {
            lambda_api::denied(denial)
        }
    }
}
