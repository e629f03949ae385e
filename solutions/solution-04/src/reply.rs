//! Making proxy replies: the shape that API Gateway turns into an HTTP response. Its body is text, also when it is JSON.

use aws_lambda_events::apigw::ApiGatewayProxyResponse;
use aws_lambda_events::encodings::Body;
use http::HeaderValue;
use http::header::{ALLOW, CONTENT_TYPE, LOCATION};
use serde::Serialize;
use serde_json::json;

use crate::error::Error;

/// An answer with a JSON body.
///
/// # Errors
/// None in practice: foods have texts as keys and numbers that JSON has.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<ApiGatewayProxyResponse, Error> {
    let text = serde_json::to_string(body).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(text_of(status, text))
}

/// 201 for what now exists at `location`.
///
/// # Errors
/// As [`json()`].
pub(crate) fn created(location: &str, body: &impl Serialize) -> Result<ApiGatewayProxyResponse, Error> {
    let mut answer = json(201, body)?;
    let location = HeaderValue::from_str(location).map_err(|error| Error::Internal(error.to_string()))?;
    answer.headers.insert(LOCATION, location);
    Ok(answer)
}

/// An answer without a body.
pub(crate) fn empty(status: u16) -> ApiGatewayProxyResponse {
    let mut answer = ApiGatewayProxyResponse::default();
    answer.status_code = i64::from(status);
    answer
}

/// The answer for an error. What callers cannot be told goes to the log, as one line of JSON.
pub(crate) fn error(error: &Error, request_id: &str) -> ApiGatewayProxyResponse {
    if let Error::Internal(cause) = error {
        eprintln!("{}", json!({ "level": "ERROR", "requestId": request_id, "cause": cause }));
    }
    let mut answer = text_of(error.status().0, error.body().to_string());
    if let Error::MethodNotAllowed(_) = error {
        answer.headers.insert(ALLOW, HeaderValue::from_static("GET, POST, PUT, DELETE"));
    }
    answer
}

fn text_of(status: u16, text: String) -> ApiGatewayProxyResponse {
    let mut answer = empty(status);
    answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.body = Some(Body::Text(text));
    answer
}
