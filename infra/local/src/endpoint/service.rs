//! Which service a call is for, and which of its operations it names.
//!
//! A signature names its service in the credential's scope. A call without one is recognised by its protocol (`endpoint/protocol`):
//! `X-Amz-Target` in the JSON protocols, the dated path of Lambda, the form in the query protocol, a header in CBOR. Everything else is
//! for S3, whose paths can be anything.

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
            "GraniteServiceVersion20100801" => Service::CloudWatch,
            _ => Service::Unknown,
        };
    }
    // key / date / region / service / aws4_request
    match claimed_credential(parts).as_deref().and_then(|credential| credential.split('/').nth(3)) {
        Some("s3") => Service::S3,
        Some("lambda") => Service::Lambda,
        Some("sts") => Service::Sts,
        Some("cloudformation") => Service::CloudFormation,
        Some("sqs") => Service::Sqs,
        Some("dynamodb") => Service::DynamoDb,
        Some("logs") => Service::Logs,
        Some("monitoring") => Service::CloudWatch,
        Some(_) => Service::Unknown,
        None if is_cbor(parts) => Service::Unknown,
        None if is_dated(parts.uri.path()) => Service::Lambda,
        None if is_query(parts) && queue_of_path(parts).is_some() => Service::Sqs,
        None if is_query(parts) => Service::Sts,
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

/// Whether a call is made in the query protocol: a form, or a question with the operation in it. SQS is also asked at the path of a
/// queue, and needs no version there; other paths are objects of S3.
pub(super) fn is_query(parts: &Parts) -> bool {
    let form = |value: &http::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    let is_form = parts.method == http::Method::POST && parts.headers.get(http::header::CONTENT_TYPE).is_some_and(form);
    let names = |name: &str| parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with(name)));
    let is_of_queue = queue_of_path(parts).is_some();
    let is_question =
        || names("Action=") && (names("Version=") || (is_of_queue && scope_service(parts).as_deref() == Some("sqs")));
    (parts.uri.path() == "/" || is_of_queue) && (is_form || is_question())
}

/// The queue whose URL a call goes to: `/123456789012/failures`.
pub(super) fn queue_of_path(parts: &Parts) -> Option<&str> {
    let (account, queue) = parts.uri.path().strip_prefix('/')?.split_once('/')?;
    (stack::is_account_id(account) && !queue.is_empty() && !queue.contains('/')).then_some(queue)
}

/// Whether a call is made in RPC v2 CBOR. <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>
pub(super) fn is_cbor(parts: &Parts) -> bool {
    parts.headers.get("smithy-protocol").is_some_and(|protocol| protocol == "rpc-v2-cbor")
}
