//! Making proxy replies: the shape that API Gateway turns into an HTTP response. Its body is text, also when it is
//! JSON.

use aws_lambda_events::apigw::ApiGatewayProxyResponse;
use aws_lambda_events::encodings::Body;
use http::HeaderValue;
use http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use serde::Serialize;

use crate::error::Error;

/// An answer with a JSON body.
///
/// # Errors
/// None in practice: the board's types have texts as keys and numbers that JSON has.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<ApiGatewayProxyResponse, Error> {
    let text = serde_json::to_string(body).map_err(|error| Error::Internal(error.to_string()))?;
    let mut answer = empty(status);
    answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.body = Some(Body::Text(text));
    Ok(answer)
}

/// 201 for what now exists at `location`.
///
/// # Errors
/// As [`json`].
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

/// The answer for an error.
pub(crate) fn error(error: &Error) -> ApiGatewayProxyResponse {
    let mut answer = empty(error.status().0);
    answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.body = Some(Body::Text(error.body().to_string()));
    match error {
        Error::MethodNotAllowed { allow, .. } => {
            answer.headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        // Seconds. Enough for a table to let go of a peak, too few for a person to leave.
        Error::Busy(_) => {
            answer.headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    answer
}
