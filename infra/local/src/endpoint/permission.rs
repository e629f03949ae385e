//! What a call needs permission for: the actions and resources that IAM is asked about, and how each service says no.
//!
//! A call can need several permissions: a transaction needs those of the writes in it, a batch one for each table. S3's are
//! asked by `s3`, where the key and the bucket's policy are known.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

mod dynamodb;
mod lambda;

use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::service::target_operation;
use super::{logs_api, sqs_api};
use crate::iam::{Denial, Question, Session};
use crate::stack::Service;
use crate::stack::{ACCOUNT, REGION, log_stream_arn, queue_arn};

/// One permission that a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    action: String,
    resource: String,
}

impl Needed {
    fn new(action: impl Into<String>, resource: impl Into<String>) -> Needed {
        Needed { action: action.into(), resource: resource.into() }
    }
}

/// Asks the caller's role for all that the call needs.
///
/// # Errors
///
/// The first denial.
pub(super) fn check(session: &Session, service: Service, parts: &Parts, request: &Value) -> Result<(), Denial> {
    let context = [("aws:SourceIp", "127.0.0.1"), ("aws:RequestedRegion", REGION), ("aws:PrincipalAccount", ACCOUNT)];
    let arn = session.arn();
    let context = [&context[..], &[("aws:PrincipalArn", arn.as_str()), ("aws:SecureTransport", "true")]].concat();
    needed(service, parts, request).iter().try_for_each(|needed| {
        let Needed { action, resource } = needed;
        session.check(&Question { action, resource, principal: None, context: &context })
    })
}

/// The permissions that a call needs; none for what every caller may do, and for calls that nobody answers.
fn needed(service: Service, parts: &Parts, request: &Value) -> Vec<Needed> {
    let operation = target_operation(parts);
    match service {
        Service::DynamoDb | Service::DynamoDbStreams => dynamodb::needed(operation, request),
        Service::Sqs => sqs(operation, request),
        Service::Logs => logs(operation, request),
        Service::Lambda => lambda::needed(&parts.method, parts.uri.path()),
        // GetCallerIdentity needs no permission, and cannot be denied.
        Service::S3 | Service::Sts | Service::Unknown => Vec::new(),
    }
}

/// SQS names its actions in small letters in a denial; policies do not care.
fn sqs(operation: &str, request: &Value) -> Vec<Needed> {
    let action = format!("sqs:{}", operation.trim_end_matches("Batch").to_lowercase());
    let name = sqs_api::queue_name(request);
    vec![Needed::new(action, queue_arn(if name.is_empty() { "*" } else { name }))]
}

fn logs(operation: &str, request: &Value) -> Vec<Needed> {
    let (group, stream) = (logs_api::group_name(request), logs_api::stream_name(request));
    vec![Needed::new(format!("logs:{operation}"), log_stream_arn(group, stream))]
}

/// DynamoDB's refusal of a body that it cannot read.
pub(super) fn unreadable() -> Response {
    let body = json!({ "__type": "com.amazon.coral.service#SerializationException" }).to_string();
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}

/// The refusal in the form of `service`.
pub(super) fn denied(service: Service, denial: &Denial) -> Response {
    let sentence = denial.to_string();
    let json = |status: StatusCode, media_type: &'static str, body: Value| {
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body.to_string()).into_response()
    };
    let with = |mut response: Response, name: &'static str, value: &'static str| {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        response
    };
    match service {
        // 400 and not 403, and `Message` with a capital, unlike every other error of DynamoDB.
        Service::DynamoDb | Service::DynamoDbStreams => {
            let error_type = "com.amazon.coral.service#AccessDeniedException";
            json(
                StatusCode::BAD_REQUEST,
                "application/x-amz-json-1.0",
                json!({ "__type": error_type, "Message": sentence }),
            )
        }
        Service::Sqs => {
            let error_type = "com.amazon.coral.service#AccessDeniedException";
            let body = json!({ "__type": error_type, "message": sentence });
            // For clients that still know SQS by the codes of its older protocol.
            with(
                json(StatusCode::FORBIDDEN, "application/x-amz-json-1.0", body),
                "x-amzn-query-error",
                "AccessDenied;Sender",
            )
        }
        Service::Logs => {
            let body = json!({ "__type": "AccessDeniedException", "Message": sentence });
            json(StatusCode::BAD_REQUEST, "application/x-amz-json-1.1", body)
        }
        Service::Lambda | Service::S3 | Service::Sts | Service::Unknown => {
            let response = json(StatusCode::FORBIDDEN, "application/json", json!({ "Message": sentence }));
            with(response, "x-amzn-errortype", "AccessDeniedException")
        }
    }
}
