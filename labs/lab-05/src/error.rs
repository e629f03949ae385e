//! Everything that can go wrong with a request, and the one place where that becomes an HTTP status.
//!
//! A bad request is data, not a failure of the function: were a handler to return `Err` to Lambda, API Gateway would
//! answer 502 `{"message": "Internal server error"}`, and the caller would never learn which field was wrong.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use serde_json::{Value, json};

use crate::post::Post;
use crate::request::MOST_BODY_BYTES;

/// Why a request got no better answer.
#[derive(Debug)]
pub(crate) enum Error {
    /// The body is not a JSON object; how so.
    BadJson(String),
    /// One field, header or parameter is wrong.
    BadField { field: &'static str, message: String },
    /// The body is longer than the board takes.
    BodyTooLarge,
    /// The body is declared as something else than JSON, or as nothing.
    NotJson { content_type: Option<String> },
    /// No post has, or ever had, this id.
    NoSuchPost(String),
    /// The API sends this path here, and the board has nothing there.
    NoSuchPath(String),
    /// The path exists, the method on it does not.
    MethodNotAllowed { method: String, allow: &'static str },
    /// The caller changed an older version; here is the newest.
    Stale(Box<Post>),
    /// The Idempotency-Key has been used up; how so.
    KeyReused(&'static str),
    /// The table is overloaded or slow; the cause is for the log.
    Busy(String),
    /// Anything that is not the caller's doing; the cause is for the log.
    Internal(String),
}

impl Error {
    /// A wrong field. The message continues the sentence that begins with the field's name.
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::BadField { field, message: message.into() }
    }

    /// No post at this id.
    pub(crate) fn no_such_post(id: impl ToString) -> Self {
        Self::NoSuchPost(id.to_string())
    }

    /// The HTTP status, and the short name by which programs tell errors of one status apart.
    pub(crate) fn status(&self) -> (u16, &'static str) {
        match self {
            Self::BadJson(_) => (400, "bad_json"),
            Self::BadField { .. } => (400, "bad_field"),
            Self::NoSuchPost(_) => (404, "no_such_post"),
            Self::NoSuchPath(_) => (404, "no_such_path"),
            Self::MethodNotAllowed { .. } => (405, "method_not_allowed"),
            Self::Stale(_) => (409, "stale_version"),
            Self::KeyReused(_) => (409, "idempotency_key_reused"),
            Self::BodyTooLarge => (413, "body_too_large"),
            Self::NotJson { .. } => (415, "unsupported_media_type"),
            Self::Internal(_) => (500, "internal"),
            Self::Busy(_) => (503, "busy"),
        }
    }

    /// What the caller is told: what happened, and what to do next. Never what the log is told.
    fn message(&self) -> String {
        match self {
            Self::BadJson(how) => format!("The body must be a JSON object: {how}."),
            Self::BadField { field, message } => format!("{field} {message}."),
            Self::BodyTooLarge => format!("The body is longer than {MOST_BODY_BYTES} bytes. Send a shorter one."),
            Self::NotJson { content_type: None } => {
                "The request has no Content-Type. Send Content-Type: application/json.".to_owned()
            }
            Self::NotJson { content_type: Some(given) } => {
                format!("The board takes JSON, and this is {given}. Send Content-Type: application/json.")
            }
            Self::NoSuchPost(id) => format!("There is no post {id}. GET /board lists those that exist."),
            Self::NoSuchPath(path) => format!("There is nothing at {path}. The board begins at /board."),
            Self::MethodNotAllowed { method, allow } => format!("{method} is not possible here. These are: {allow}."),
            Self::Stale(post) => format!(
                "The post has been changed since you read it. Version {}, the newest, stands under \"current\": make \
                 your change to that one and send its version.",
                post.version
            ),
            Self::KeyReused(how) => format!(
                "This Idempotency-Key {how}. Use a new key for every new post, and the same only to repeat a request."
            ),
            Self::Busy(_) => "The board is busy. Send the same request again in a moment.".to_owned(),
            Self::Internal(_) => {
                "The board failed; it is not your request. Send it again. If that fails too, report the X-Request-Id."
                    .to_owned()
            }
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "code": self.status().1, "message": self.message() });
        if let Self::BadField { field, .. } = self {
            error["field"] = json!(field);
        }
        match self {
            Self::Stale(post) => json!({ "error": error, "current": post }),
            _ => json!({ "error": error }),
        }
    }

    /// What the log is told, for errors that somebody who runs the board must know of.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self {
            Self::Busy(cause) | Self::Internal(cause) => Some(cause),
            _ => None,
        }
    }
}

/// What the table answered when it did not do what it was asked, and no caller of this conversion expected that.
impl<E, R> From<SdkError<E, R>> for Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let late = match &error {
            SdkError::TimeoutError(_) => true,
            SdkError::DispatchFailure(failure) => failure.is_timeout(),
            _ => false,
        };
        let busy = late || error.code().is_some_and(means_busy);
        let cause = crate::aws::cause(&error);
        if busy { Self::Busy(cause) } else { Self::Internal(cause) }
    }
}

/// Content that cannot be written as an item.
impl From<serde_dynamo::Error> for Error {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Internal(format!("an item cannot be made: {error}"))
    }
}

/// An item that does not have the shape that this program writes.
impl From<serde::de::value::Error> for Error {
    fn from(error: serde::de::value::Error) -> Self {
        Self::Internal(format!("an item of the table is not what the board writes: {error}"))
    }
}

/// Whether an error code, or a reason of a cancelled transaction, says "too much at once". The SDK has tried again by
/// then.
pub(crate) fn means_busy(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "ThrottlingException"
            | "ThrottlingError"
            | "TransactionInProgressException"
            | "TransactionConflict"
    )
}
