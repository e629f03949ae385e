//! Which service a call is for, and which of its operations it names.
//!
//! A signature names its service in the credential's scope. A call without one is recognised by its protocol:
//! `X-Amz-Target` in the JSON protocols, the dated path of Lambda, the form in the query protocol. Everything else is for
//! S3, whose paths can be anything.

use http::request::Parts;

use crate::signature::claimed_credential;
use stack::Service;

/// The service that a call's head names.
pub(super) fn of(parts: &Parts) -> Service {
    if let Some((version, _)) = target(parts).rsplit_once('.') {
        return match version {
            "DynamoDB_20120810" => Service::DynamoDb,
            "DynamoDBStreams_20120810" => Service::DynamoDbStreams,
            "AmazonSQS" => Service::Sqs,
            "Logs_20140328" => Service::Logs,
            _ => Service::Unknown,
        };
    }
    // key / date / region / service / aws4_request
    match claimed_credential(parts).as_deref().and_then(|credential| credential.split('/').nth(3)) {
        Some("s3") => Service::S3,
        Some("lambda") => Service::Lambda,
        Some("sts") => Service::Sts,
        Some("sqs") => Service::Sqs,
        Some("dynamodb") => Service::DynamoDb,
        Some("logs") => Service::Logs,
        Some(_) => Service::Unknown,
        None if is_dated(parts.uri.path()) => Service::Lambda,
        None if is_form(parts) => Service::Sts,
        None => Service::S3,
    }
}

/// `X-Amz-Target`, empty when there is none.
pub(super) fn target(parts: &Parts) -> &str {
    parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default()
}

/// The operation that `X-Amz-Target` names.
pub(super) fn target_operation(parts: &Parts) -> &str {
    target(parts).rsplit('.').next().unwrap_or_default()
}

/// The service that the signature claims to be made for.
pub(super) fn scope_service(parts: &Parts) -> Option<String> {
    claimed_credential(parts)?.split('/').nth(3).map(str::to_string)
}

/// Whether the path begins with a version's date, as all of Lambda's do.
fn is_dated(path: &str) -> bool {
    let Some(version) = path.strip_prefix('/').and_then(|path| path.split('/').next()) else { return false };
    version.len() == 10
        && version
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

pub(super) fn is_form(parts: &Parts) -> bool {
    let form = |value: &http::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    parts.method == http::Method::POST
        && parts.uri.path() == "/"
        && parts.headers.get(http::header::CONTENT_TYPE).is_some_and(form)
}
