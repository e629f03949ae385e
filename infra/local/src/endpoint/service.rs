//! Which service a call is for, and which of its operations it names.
//!
//! A signature names its service in the credential's scope. A call without one is known by what else sets the services'
//! protocols apart: `X-Amz-Target` of the JSON protocols, the dated path of Lambda, the form of the query protocol. What is
//! left is S3, whose paths are anybody's.

use http::request::Parts;

use crate::signature::claimed_credential;

/// A service that this endpoint answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// DynamoDB.
    DynamoDb,
    /// DynamoDB Streams, which has an address of its own on AWS.
    DynamoDbStreams,
    /// S3.
    S3,
    /// Lambda.
    Lambda,
    /// SQS.
    Sqs,
    /// CloudWatch Logs.
    Logs,
    /// STS.
    Sts,
    /// Anything else.
    Unknown,
}

impl Service {
    /// The service that a call's head names.
    pub fn of(parts: &Parts) -> Service {
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

    /// The prefix of the service's actions in policies, and its name in the trail.
    pub fn prefix(self) -> &'static str {
        match self {
            Service::DynamoDb | Service::DynamoDbStreams => "dynamodb",
            Service::S3 => "s3",
            Service::Lambda => "lambda",
            Service::Sqs => "sqs",
            Service::Logs => "logs",
            Service::Sts => "sts",
            Service::Unknown => "unknown",
        }
    }

    /// The service whose VPC endpoint is called `com.amazonaws.{region}.{name}`.
    pub fn of_vpc_endpoint(name: &str) -> Option<Service> {
        match name {
            "dynamodb" => Some(Service::DynamoDb),
            "dynamodb-streams" => Some(Service::DynamoDbStreams),
            "s3" => Some(Service::S3),
            "lambda" => Some(Service::Lambda),
            "sqs" => Some(Service::Sqs),
            "logs" => Some(Service::Logs),
            "sts" => Some(Service::Sts),
            _ => None,
        }
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
