//! The errors of Lambda's API, for every service that answers one of its operations.

use axum::http::StatusCode;
use serde_json::Value;

use super::Refusal;

/// What an operation answers: a status and a body, null where that is nothing.
pub type LambdaResult = Result<(StatusCode, Value), ApiError>;

/// An error in Lambda's form.
#[derive(Debug)]
pub struct ApiError {
    /// The status.
    pub status: StatusCode,
    /// The exception's name.
    pub error_type: &'static str,
    /// What is wrong.
    pub message: String,
    /// `Reason`, of a throttled call.
    pub reason: Option<&'static str>,
}

impl ApiError {
    /// 400 `InvalidParameterValueException`.
    pub fn invalid_parameter(message: impl Into<String>) -> ApiError {
        let (status, error_type) = (StatusCode::BAD_REQUEST, "InvalidParameterValueException");
        ApiError { status, error_type, message: message.into(), reason: None }
    }

    /// 400 `ValidationException`, of a request that does not keep to the model.
    pub fn validation(message: impl Into<String>) -> ApiError {
        let (status, error_type) = (StatusCode::BAD_REQUEST, "ValidationException");
        ApiError { status, error_type, message: message.into(), reason: None }
    }

    /// 404 `ResourceNotFoundException`.
    pub fn not_found(message: impl Into<String>) -> ApiError {
        let (status, error_type) = (StatusCode::NOT_FOUND, "ResourceNotFoundException");
        ApiError { status, error_type, message: message.into(), reason: None }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        let (status, error_type) = match &refusal {
            Refusal::FunctionNotFound(_) => (StatusCode::NOT_FOUND, "ResourceNotFoundException"),
            Refusal::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
            Refusal::InvalidParameterValue(_) => (StatusCode::BAD_REQUEST, "InvalidParameterValueException"),
            Refusal::RequestTooLarge { .. } | Refusal::EventTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException")
            }
            Refusal::InvalidRequestContent(_) => (StatusCode::BAD_REQUEST, "InvalidRequestContentException"),
            Refusal::ServiceException(_) => (StatusCode::INTERNAL_SERVER_ERROR, "ServiceException"),
        };
        let reason = match &refusal {
            Refusal::TooManyRequests { reason } => Some(*reason),
            _ => None,
        };
        ApiError { status, error_type, message: refusal.to_string(), reason }
    }
}
