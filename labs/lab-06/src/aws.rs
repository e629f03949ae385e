//! The client of S3, for the function and for the developer's program alike: region, credentials and endpoint are what
//! the environment says.

use aws_config::BehaviorVersion;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

/// A client, made once: in a function before the first event, in a program at its start.
pub async fn s3() -> Client {
    Client::new(&aws_config::defaults(BehaviorVersion::v2026_01_12()).load().await)
}

/// What S3 said, on one line: its code and its message, or how it could not be asked.
pub fn cause<E: ProvideErrorMetadata + std::error::Error + 'static, R: std::fmt::Debug>(
    error: &SdkError<E, R>,
) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => chain(error),
    }
}

/// An error and all its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        told = format!("{told}: {error}");
        behind = error.source();
    }
    told
}
