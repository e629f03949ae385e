//! What the event source mapping API refuses, in the service's words.

use axum::http::StatusCode;
use local::lambda::ApiError;
use thiserror::Error;

use stack::constraint;
use stack::event_pattern::InvalidPattern;

/// Why a mapping was not made, changed or found.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum MappingRefusal {
    /// 400 `ValidationException`: a value outside of the API's model.
    #[error("{0}")]
    Validation(String),
    /// 400 `InvalidParameterValueException`.
    #[error("{0}")]
    InvalidParameterValue(String),
    /// 409 `ResourceConflictException`.
    #[error("{0}")]
    ResourceConflict(String),
    /// 400 `ResourceInUseException`.
    #[error("Cannot update the event source mapping because it is in use.")]
    ResourceInUse,
    /// 404 `ResourceNotFoundException`.
    #[error("The resource you requested does not exist.")]
    ResourceNotFound,
}

impl From<InvalidPattern> for MappingRefusal {
    fn from(invalid: InvalidPattern) -> MappingRefusal {
        MappingRefusal::invalid(invalid.to_string())
    }
}

impl MappingRefusal {
    pub(super) fn invalid(message: impl Into<String>) -> MappingRefusal {
        MappingRefusal::InvalidParameterValue(message.into())
    }

    /// The model's complaint about one value.
    pub(super) fn constraint(name: &str, value: &str, bound: &str) -> MappingRefusal {
        MappingRefusal::Validation(constraint::refusal(value, name, bound))
    }
}

impl From<MappingRefusal> for ApiError {
    fn from(refusal: MappingRefusal) -> ApiError {
        let (status, error_type) = match &refusal {
            MappingRefusal::Validation(_) => (StatusCode::BAD_REQUEST, "ValidationException"),
            MappingRefusal::InvalidParameterValue(_) => (StatusCode::BAD_REQUEST, "InvalidParameterValueException"),
            MappingRefusal::ResourceConflict(_) => (StatusCode::CONFLICT, "ResourceConflictException"),
            MappingRefusal::ResourceInUse => (StatusCode::BAD_REQUEST, "ResourceInUseException"),
            MappingRefusal::ResourceNotFound => (StatusCode::NOT_FOUND, "ResourceNotFoundException"),
        };
        ApiError { status, error_type, message: refusal.to_string(), reason: None }
    }
}
