//! What Lambda itself refuses, in the service's words, before any function runs.

use thiserror::Error;

use super::content::json_error;
use stack::function_arn;

/// The largest event of a synchronous invocation, in bytes.
pub const REQUEST_LIMIT: usize = 6 * 1024 * 1024;
/// The largest event of an asynchronous invocation, in bytes: 1 MB since October 2025.
pub const EVENT_LIMIT: usize = 1024 * 1024;

/// Why Lambda did not run a function. The texts are the service's own.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum Refusal {
    /// 404 `ResourceNotFoundException`: the name, with its qualifier.
    #[error("Function not found: {}", function_arn(.0))]
    FunctionNotFound(String),
    /// 429 `TooManyRequestsException`.
    #[error("Rate Exceeded.")]
    TooManyRequests {
        /// The limit that was hit, as the API model names it.
        reason: &'static str,
    },
    /// 413 `RequestTooLargeException` of a synchronous invocation.
    #[error("{bytes} byte payload is too large for the RequestResponse invocation type (limit {REQUEST_LIMIT} bytes)")]
    RequestTooLarge {
        /// The event's size.
        bytes: usize,
    },
    /// 413 `RequestTooLargeException` of an asynchronous invocation.
    #[error("{bytes} byte payload is too large for the Event invocation type (limit {EVENT_LIMIT} bytes)")]
    EventTooLarge {
        /// The event's size.
        bytes: usize,
    },
    /// 400 `InvalidRequestContentException`.
    #[error("Could not parse request body into json: {0}")]
    InvalidRequestContent(String),
    /// 400 `InvalidParameterValueException`.
    #[error("{0}")]
    InvalidParameterValue(String),
    /// 500 `ServiceException`: here, a function whose code could not be built, or a cloud that is going away.
    #[error("{0}")]
    ServiceException(String),
}

impl Refusal {
    /// 404 for a function by its plain name.
    pub fn no_function(name: &str) -> Refusal {
        Refusal::FunctionNotFound(format!("{name}:$LATEST"))
    }

    /// Refuses an event that is not JSON, as Lambda does before it looks for an environment.
    pub fn unless_json(payload: &[u8]) -> Result<(), Refusal> {
        json_error(payload).map_or(Ok(()), |why| Err(Refusal::InvalidRequestContent(why)))
    }
}
