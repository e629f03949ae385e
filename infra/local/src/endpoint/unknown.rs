//! Calls that nobody here answers: the service's own error, naming what is supported.

use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::service::{is_form, target};
use super::sts_api;

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
    json_error("application/x-amz-json-1.0", &message)
}

/// An operation that `service` does not have here; `known` are those that it has.
pub(super) fn operation(media_type: &'static str, service: &str, operation: &str, known: &[&str]) -> Response {
    let known = known.join(", ");
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

fn json_error(media_type: &'static str, message: &str) -> Response {
    let body = json!({ "__type": "com.amazon.coral.service#UnknownOperationException", "message": message });
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, media_type)], body.to_string()).into_response()
}
