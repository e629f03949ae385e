//! STS: who am I? The one call that every caller may make, and the first thing to ask when a permission is missing.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Endpoint;
use crate::iam::Caller;
use crate::stack::ACCOUNT;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

impl Endpoint {
    /// `GetCallerIdentity`, in the query protocol.
    pub(super) fn sts(&self, body: &[u8], caller: &Caller) -> Response {
        let form = String::from_utf8_lossy(body);
        let action = form.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
        let request_id = self.clock.uuid();
        if action != "GetCallerIdentity" {
            // The action comes from outside, and this is XML.
            let action: String = action.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            let message = format!(
                "The local cloud does not know the action {action}; of the query protocol it answers GetCallerIdentity."
            );
            return refusal(StatusCode::BAD_REQUEST, "InvalidAction", &message, &request_id.to_string());
        }
        let (arn, user_id) = match caller {
            Caller::Function(session) | Caller::Expired(session) => {
                (session.arn(), format!("AROALOCAL:{}", session.function))
            }
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
}

/// An error of the query protocol; `message` may hold what a caller sent.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str, request_id: &str) -> Response {
    let message = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body =
        format!("<ErrorResponse xmlns=\"{NAMESPACE}\">{error}<RequestId>{request_id}</RequestId></ErrorResponse>");
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}
