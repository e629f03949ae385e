//! What the Runtime API answers, and how it reads what a function sends.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::json;

use super::invocation_slot::{OutOfTurn, State};
use crate::lambda::RESPONSE_LIMIT;

/// The header, and in a streamed reply the trailer, that names the kind of an error.
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
/// The trailer that describes the error of a reply that broke off, in base64.
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// A body as it was sent.
pub(super) enum ReceivedBody {
    /// All of it, and the error's description if its trailers name one.
    Whole { body: Bytes, error: Option<Bytes> },
    /// More than Lambda takes.
    TooLarge,
    /// The connection ended before the body did.
    Truncated,
}

/// Reads a body of at most [`RESPONSE_LIMIT`] bytes with its trailers.
pub(super) async fn read(mut body: Body) -> ReceivedBody {
    let mut read = BytesMut::new();
    let mut trailers = HeaderMap::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return ReceivedBody::Truncated };
        match frame.into_data() {
            Ok(data) if read.len() + data.len() > RESPONSE_LIMIT => return ReceivedBody::TooLarge,
            Ok(data) => read.extend_from_slice(&data),
            Err(frame) => trailers.extend(frame.into_trailers().unwrap_or_default()),
        }
    }
    let error = trailers.contains_key(ERROR_TYPE).then(|| {
        let text = trailers.get(ERROR_BODY).and_then(|value| BASE64_STANDARD.decode(value.as_bytes()).ok());
        described(Bytes::from(text.unwrap_or_default()), &trailers)
    });
    ReceivedBody::Whole { body: read.freeze(), error }
}

/// The error's description as Invoke will show it: the body where it is JSON, else one made from the type header.
pub(super) fn described(body: Bytes, headers: &HeaderMap) -> Bytes {
    if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok() {
        return body;
    }
    let named = headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let known = named.filter(|name| name.starts_with("Runtime.") || name.starts_with("Function."));
    Bytes::from(json!({ "errorType": known.unwrap_or("Function.Unknown") }).to_string())
}

/// The description of an error of the runtime's own.
pub(super) fn runtime_error(error_type: &str) -> Bytes {
    Bytes::from(json!({ "errorType": error_type }).to_string())
}

/// 202.
pub(super) fn accepted() -> Response {
    json_response(StatusCode::ACCEPTED, json!({ "status": "OK" }))
}

/// 400 or 403.
pub(super) fn out_of_turn(why: OutOfTurn) -> Response {
    match why {
        OutOfTurn::InvalidRequestId => refused(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        OutOfTurn::InvalidStateTransition { from, to } => no_transition(from, to, "State transition is not allowed"),
        OutOfTurn::AlreadyWaiting { from } => no_transition(from, State::Ready, "ErrGateIntegrity"),
    }
}

fn no_transition(from: State, to: State, error: &str) -> Response {
    let (from, to) = (from.name(), to.name());
    let message = format!("State transition from {from} to {to} failed for runtime. Error: {error}");
    refused(StatusCode::FORBIDDEN, "InvalidStateTransition", &message)
}

/// 403 for a call that does not come from the environment's process. AWS has no answer for it, because no other process gets there.
pub(super) fn stranger() -> Response {
    refused(StatusCode::FORBIDDEN, "Forbidden", "This Runtime API belongs to another process")
}

/// 413.
pub(super) fn too_large() -> Response {
    let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
    refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

/// 400 for a body that broke off.
pub(super) fn truncated() -> Response {
    refused(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated")
}

/// 400 for a response mode other than `streaming`.
pub(super) fn invalid_response_mode() -> Response {
    refused(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode")
}

fn refused(status: StatusCode, error_type: &str, message: &str) -> Response {
    json_response(status, json!({ "errorMessage": message, "errorType": error_type }))
}

fn json_response(status: StatusCode, body: serde_json::Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, content_type, body.to_string()).into_response()
}
