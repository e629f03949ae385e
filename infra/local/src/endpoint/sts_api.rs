//! STS: who am I? The one call that every caller may make, and the first thing to ask when a permission is missing.

use axum::http::StatusCode;
use axum::response::Response;

use super::Endpoint;
use super::protocol::{EndpointError, Protocol};
use crate::iam::{Caller, LEARNER_ID};
use crate::service::query_protocol::{self, element};
use crate::service::{OperationTable, Unauthenticated, operations};
use stack::ACCOUNT;

/// The namespace of its XML.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

operations! {
    /// What STS answers here.
    pub(super) enum StsOperation {
        GetCallerIdentity,
    }
}

/// A call of STS, which names its operation in its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StsRequest {
    /// `Action`, as it was sent.
    action: String,
    /// None where STS does not have the operation here.
    operation: Option<StsOperation>,
}

impl StsRequest {
    /// What the parameter `Action` asks for.
    pub(super) fn of(action: &str) -> StsRequest {
        StsRequest { operation: StsOperation::of(action), action: action.to_string() }
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
                let error = EndpointError::not_in::<StsOperation>("STS", &request.action);
                Protocol::Query(NAMESPACE).error(&error, &request_id)
            }
        }
    }
}

fn caller_identity(caller: &Caller, request_id: &str) -> Response {
    let user_id = user_id(caller);
    let result = [element("Arn", &caller.arn()), element("UserId", &user_id), element("Account", ACCOUNT)].concat();
    query_protocol::answer(NAMESPACE, "GetCallerIdentity", Some(&result), request_id)
}

/// The id of a caller, which stays the same when its name is given to another.
pub(super) fn user_id(caller: &Caller) -> String {
    match caller {
        Caller::Function(session) | Caller::Expired(session) => session.user_id(),
        Caller::Learner | Caller::Anonymous => LEARNER_ID.to_string(),
    }
}

/// The refusal of a caller that cannot be authenticated, in the query protocol.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    query_protocol::error(StatusCode::FORBIDDEN, NAMESPACE, why.code(), &why.message(), request_id)
}
