//! Calls that nobody here answers: the service's own error, naming what is supported.

use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::service::{is_form, target};
use super::sts_api;
use crate::service::json_protocol::{self, CORAL, JSON_1_0};
use crate::service::{OperationTable, Unauthenticated};

/// What this endpoint answers, for the messages.
const SUPPORTED: &str = "DynamoDB, DynamoDB Streams, S3, Lambda, SQS, CloudWatch Logs and STS's GetCallerIdentity";

/// A service that is not here.
pub(super) fn service(parts: &Parts, request_id: &str) -> Response {
    let asked = match target(parts) {
        "" => format!("{} {}", parts.method, parts.uri.path()),
        target => target.to_string(),
    };
    let message = format!("The local cloud does not know {asked}; it answers {SUPPORTED}.");
    // Who posts a form reads XML.
    if is_form(parts) {
        return sts_api::refusal(StatusCode::BAD_REQUEST, "InvalidAction", &message, request_id);
    }
    json_error(JSON_1_0, &message)
}

/// An operation that `service` does not have here.
pub(super) fn operation<O: OperationTable>(media_type: &'static str, service: &str, operation: &str) -> Response {
    let known = O::ALL.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ");
    json_error(media_type, &format!("The local cloud's {service} does not know {operation}; it answers {known}."))
}

/// A path that Lambda does not have here.
pub(super) fn rest(parts: &Parts) -> Response {
    let message = format!(
        "The local cloud's Lambda does not know {} {}; it answers Invoke and the calls for \
         functions' configuration, concurrency and asynchronous invocation, for event source mappings and for the account.",
        parts.method,
        parts.uri.path()
    );
    let headers = [("content-type", "application/json"), ("x-amzn-errortype", "UnknownOperationException")];
    (StatusCode::NOT_FOUND, headers, json!({ "Message": message }).to_string()).into_response()
}

/// The refusal of a caller that cannot be authenticated, by a service that is not here. Which protocol it speaks can only be guessed:
/// most of the old ones post forms.
pub(super) fn unauthenticated(parts: &Parts, why: &Unauthenticated, request_id: &str) -> Response {
    if is_form(parts) {
        return sts_api::unauthenticated(why, request_id);
    }
    let body = json!({ "__type": why.exception(), "message": why.message() });
    let response = json_protocol::answer(StatusCode::FORBIDDEN, JSON_1_0, &body);
    json_protocol::unauthenticated(response, why, request_id)
}

fn json_error(media_type: &'static str, message: &str) -> Response {
    let body = json!({ "__type": format!("{CORAL}UnknownOperationException"), "message": message });
    json_protocol::answer(StatusCode::BAD_REQUEST, media_type, &body)
}
