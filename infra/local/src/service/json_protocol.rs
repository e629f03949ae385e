//! What answers in JSON have in common, whichever service they come from.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Unauthenticated;

/// What Coral, the framework behind the older JSON protocols, writes in front of its exceptions.
pub const CORAL: &str = "com.amazon.coral.service#";
/// The media type of version 1.0 of the protocol.
pub const JSON_1_0: &str = "application/x-amz-json-1.0";
/// And of version 1.1.
pub const JSON_1_1: &str = "application/x-amz-json-1.1";

/// An answer with `body`.
pub fn answer(status: StatusCode, media_type: &'static str, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body.to_string()).into_response()
}

/// `response` with one header more; one that cannot be a header is left out.
pub fn with(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// `response` with what every service says to a caller that cannot be authenticated.
pub fn unauthenticated(response: Response, why: &Unauthenticated, request_id: &str) -> Response {
    with(with(response, "x-amzn-errortype", why.exception()), "x-amzn-requestid", request_id)
}
