//! Calling the archive through Lambda's `Invoke`, and sorting what comes back: an answer, or one of the ways to get none.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::primitives::Blob;
use serde_json::{Value, json};
use tokio::time::timeout;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Lambda refused to run the archive now: 429 `TooManyRequestsException`, "Rate Exceeded.", for this `Reason`.
    Throttled(String),
    /// Lambda itself failed, or could not be reached.
    Unavailable(String),
    /// The answer did not come in the time that was left.
    TooSlow,
    /// There is no function for this decade: 404 `ResourceNotFoundException`.
    NoSuchArchive,
    /// Lambda refused for good: no permission, a request that is not right.
    Refused(String),
    /// The archive ran and failed: 200, with `X-Amz-Function-Error`.
    Broken(String),
}

/// The archive's client.
#[derive(Debug)]
pub(crate) struct Archive {
    lambda: Client,
}

impl Archive {
    /// A client for the region, credentials and endpoint that the environment names.
    pub(crate) async fn connect() -> Archive {
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            // The SDK would try three times by itself. Here `patience.rs` tries again, and tries on two floors multiply.
            .retry_config(RetryConfig::disabled())
            .load()
            .await;
        Archive { lambda: Client::new(&config) }
    }

    /// Asks once for the posts of `year`, and waits no longer than `limit`. Asking changes nothing, so asking twice does no
    /// harm.
    pub(crate) async fn ask(&self, year: u16, limit: Duration) -> Result<Value, Failure> {
        let event = json!({ "year": year }).to_string();
        // Each decade is a function of its own.
        let call =
            self.lambda.invoke().function_name(format!("archive-{}0s", year / 10)).payload(Blob::new(event)).send();
        let output = timeout(limit, call).await.map_err(|_| Failure::TooSlow)??;
        let payload = output.payload.map(Blob::into_inner).unwrap_or_default();
        match output.function_error {
            Some(_) => Err(Failure::Broken(String::from_utf8_lossy(&payload).into_owned())),
            None => serde_json::from_slice(&payload).map_err(|why| Failure::Broken(why.to_string())),
        }
    }
}

impl<R> From<SdkError<InvokeError, R>> for Failure {
    fn from(error: SdkError<InvokeError, R>) -> Failure {
        match error {
            SdkError::ServiceError(answered) => match answered.into_err() {
                InvokeError::TooManyRequestsException(throttled) => {
                    let reason = throttled.reason().map(|reason| reason.as_str());
                    Failure::Throttled(reason.unwrap_or("TooManyRequestsException").to_owned())
                }
                InvokeError::ResourceNotFoundException(_) => Failure::NoSuchArchive,
                InvokeError::ServiceException(_) => Failure::Unavailable("ServiceException".to_owned()),
                other => Failure::Refused(other.code().unwrap_or("an error without a name").to_owned()),
            },
            SdkError::ConstructionFailure(_) => Failure::Refused("the request could not be made".to_owned()),
            _ => Failure::Unavailable("no answer from Lambda".to_owned()),
        }
    }
}

impl Failure {
    /// What the caller gets: a status, and a name by which programs tell failures apart.
    pub(crate) fn status(&self) -> (u16, &'static str) {
        match self {
            Failure::NoSuchArchive => (404, "no_archive"),
            Failure::Broken(_) => (502, "archive_failed"),
            Failure::Refused(_) => (502, "archive_refused"),
            Failure::Throttled(_) | Failure::Unavailable(_) => (503, "archive_busy"),
            Failure::TooSlow => (504, "archive_too_slow"),
        }
    }

    /// What the log is told.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Failure::Throttled(why) | Failure::Unavailable(why) | Failure::Refused(why) | Failure::Broken(why) => why,
            Failure::TooSlow => "no time left",
            Failure::NoSuchArchive => "ResourceNotFoundException",
        }
    }
}
