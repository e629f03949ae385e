//! STS: who am I? The one call that every caller may make, and the first thing to ask when a permission is missing.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Endpoint;
use crate::iam::Caller;
use crate::service::{OperationTable, Unauthenticated, operations};
use stack::ACCOUNT;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

operations! {
    /// What STS answers here.
    pub(super) enum StsOperation {
        GetCallerIdentity,
    }
}

/// A call of STS, which names its operation in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StsRequest {
    /// `Action`, as it was sent.
    action: String,
    /// None where STS does not have the operation here.
    operation: Option<StsOperation>,
}

impl StsRequest {
    /// What the form `body` asks for.
    pub(super) fn of(body: &[u8]) -> StsRequest {
        let form = String::from_utf8_lossy(body);
        let action = form.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default().to_string();
        StsRequest { operation: StsOperation::of(&action), action }
    }

    /// What CloudTrail and the activity log call it: one name for everything that a form asks of STS and that is not
    /// here.
    pub(super) fn name(&self) -> &'static str {
        self.operation.unwrap_or(StsOperation::GetCallerIdentity).name()
    }
}

impl Endpoint {
    /// Answers a call of STS, in the query protocol.
    pub(super) fn sts(&self, request: &StsRequest, caller: &Caller) -> Response {
        let request_id = self.clock.uuid().to_string();
        match request.operation {
            Some(StsOperation::GetCallerIdentity) => caller_identity(caller, &request_id),
            None => {
                // The action comes from outside, and this is XML.
                let action: String = request.action.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                let message = format!(
                    "The local cloud does not know the action {action}; of the query protocol it answers GetCallerIdentity."
                );
                refusal(StatusCode::BAD_REQUEST, "InvalidAction", &message, &request_id)
            }
        }
    }
}

fn caller_identity(caller: &Caller, request_id: &str) -> Response {
    let (arn, user_id) = match caller {
        Caller::Function(session) | Caller::Expired(session) => (session.arn(), session.user_id()),
        Caller::Learner | Caller::Anonymous => {
            (format!("arn:aws:iam::{ACCOUNT}:user/learner"), "AIDALOCAL".to_string())
        }
    };
    let result = format!("<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{ACCOUNT}</Account>");
    let result = format!("<GetCallerIdentityResult>{result}</GetCallerIdentityResult>");
    let metadata = format!("<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>");
    let body =
        format!("<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\">{result}{metadata}</GetCallerIdentityResponse>");
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}

/// The refusal of a caller that cannot be authenticated, in the query protocol.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    refusal(StatusCode::FORBIDDEN, why.code(), &why.message(), request_id)
}

/// An error of the query protocol; `message` may hold what a caller sent.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str, request_id: &str) -> Response {
    let message = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body =
        format!("<ErrorResponse xmlns=\"{NAMESPACE}\">{error}<RequestId>{request_id}</RequestId></ErrorResponse>");
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}
