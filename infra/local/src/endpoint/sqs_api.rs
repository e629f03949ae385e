//! SQS: what it takes to look into an on-failure queue and to replay from it.
//!
//! It is asked in JSON, or in the query protocol by clients that are older than that; `endpoint/sqs_api/query` translates those.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>

mod query;

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::protocol::{EndpointError, Protocol};
use super::{Endpoint, EndpointCall};
use crate::guard;
use crate::service::json_protocol::{self, CORAL, JSON_1_0};
use crate::service::{OperationTable, Target, Unauthenticated, operations, query_protocol};
use crate::sqs::Received;
use stack::policy::Denial;
use stack::{ACCOUNT, Queue, queue_arn};

operations! {
    /// What SQS answers here.
    pub(super) enum SqsOperation {
        ChangeMessageVisibility,
        DeleteMessage,
        DeleteMessageBatch,
        GetQueueAttributes,
        GetQueueUrl,
        ListQueues,
        PurgeQueue,
        ReceiveMessage,
        SendMessage,
        SendMessageBatch,
    }
}

/// The namespace of the query protocol.
pub(super) const NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

/// The largest message, in bytes. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
const MESSAGE_LIMIT: usize = 1024 * 1024;

/// The code of a queue that there is not.
const NO_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

/// An error of the service: its type in the JSON protocol, its code in the older one, the message.
struct SqsError {
    error_type: &'static str,
    code: &'static str,
    message: String,
}

/// The action that policies allow or deny: a batch needs that of its entries. SQS names its actions in small letters in a denial;
/// policies do not care.
pub(super) fn action(target: &Target<SqsOperation>) -> String {
    format!("sqs:{}", target.name.trim_end_matches("Batch").to_lowercase())
}

/// What it is done to: the queue that a request names.
pub(super) fn resource(request: &Value) -> String {
    let name = queue_name(request);
    queue_arn(if name.is_empty() { "*" } else { name })
}

/// `AccessDeniedException`.
pub(super) fn denied(protocol: Protocol, denial: &Denial, request_id: &str) -> Response {
    if let Protocol::Query(namespace) = protocol {
        let (status, message) = (StatusCode::FORBIDDEN, denial.to_string());
        return query_protocol::error(status, namespace, "AccessDenied", &message, request_id);
    }
    let body = json!({ "__type": format!("{CORAL}AccessDeniedException"), "message": denial.to_string() });
    with_code(json_protocol::answer(StatusCode::FORBIDDEN, JSON_1_0, &body), "AccessDenied")
}

/// The refusal of a caller that cannot be authenticated.
pub(super) fn unauthenticated(protocol: Protocol, why: &Unauthenticated, request_id: &str) -> Response {
    if let Protocol::Query(namespace) = protocol {
        return query_protocol::error(StatusCode::FORBIDDEN, namespace, why.code(), &why.message(), request_id);
    }
    let body = json!({ "__type": format!("{CORAL}{}", why.exception()), "message": why.message() });
    let response = with_code(json_protocol::answer(StatusCode::FORBIDDEN, JSON_1_0, &body), why.code());
    json_protocol::unauthenticated(response, why, request_id)
}

/// An error for clients that still know SQS by the codes of its older protocol.
fn with_code(response: Response, code: &str) -> Response {
    json_protocol::with(response, "x-amzn-query-error", &format!("{code};Sender"))
}

/// What a call in the query protocol asks for, as JSON would say it.
pub(super) fn request(call: &EndpointCall<'_>, target: &Target<SqsOperation>) -> Value {
    query::request(&target.name, call)
}

impl Endpoint {
    /// Answers a call of SQS.
    pub(super) async fn sqs(
        &self,
        target: &Target<SqsOperation>,
        call: &EndpointCall<'_>,
        request: &Value,
    ) -> Response {
        let request_id = self.clock.uuid().to_string();
        let Some(operation) = target.operation else {
            return call.protocol.error(&EndpointError::not_in::<SqsOperation>("SQS", &target.name), &request_id);
        };
        let answer = self.sqs_answer(operation, request, guard::named(call.parts)).await;
        if let Protocol::Query(namespace) = call.protocol {
            return match answer {
                Ok(body) => {
                    let result = query::result(operation, &body);
                    query_protocol::answer(namespace, operation.name(), result.as_deref(), &request_id)
                }
                Err(SqsError { code, message, .. }) => {
                    // The one message that differs: the older protocol speaks of the document that describes it.
                    let message = if code == NO_QUEUE { query::NO_QUEUE } else { &message };
                    query_protocol::error(StatusCode::BAD_REQUEST, namespace, code, message, &request_id)
                }
            };
        }
        let (status, body, code) = match answer {
            Ok(body) => (StatusCode::OK, body, None),
            Err(SqsError { error_type, code, message }) => {
                let body = json!({ "__type": format!("com.amazonaws.sqs#{error_type}"), "message": message });
                (StatusCode::BAD_REQUEST, body, Some(code))
            }
        };
        let response = json_protocol::answer(status, JSON_1_0, &body);
        let response = json_protocol::with(response, "x-amzn-requestid", &request_id);
        match code {
            Some(code) => with_code(response, code),
            None => response,
        }
    }

    async fn sqs_answer(&self, operation: SqsOperation, request: &Value, host: &str) -> Result<Value, SqsError> {
        use SqsOperation as Op;
        match operation {
            Op::ListQueues => Ok(self.list_queues(request, host)),
            Op::GetQueueUrl => Ok(json!({ "QueueUrl": queue_url(host, &self.named_queue(request)?) })),
            Op::GetQueueAttributes => {
                let attributes = self.attributes(&self.named_queue(request)?, &request["AttributeNames"]);
                Ok(json!({ "Attributes": attributes }))
            }
            Op::SendMessage => self.send(&self.named_queue(request)?.arn(), request),
            Op::SendMessageBatch => {
                let arn = self.named_queue(request)?.arn();
                each(request, |entry| self.send(&arn, entry))
            }
            Op::ReceiveMessage => self.receive_message(request).await,
            Op::DeleteMessage => self.delete_message(&self.named_queue(request)?.arn(), request),
            Op::DeleteMessageBatch => {
                let arn = self.named_queue(request)?.arn();
                each(request, |entry| self.delete_message(&arn, entry))
            }
            Op::ChangeMessageVisibility => self.change_message_visibility(request),
            Op::PurgeQueue => {
                self.queues.purge(&self.named_queue(request)?.arn());
                Ok(json!({}))
            }
        }
    }

    fn list_queues(&self, request: &Value, host: &str) -> Value {
        let prefix = request["QueueNamePrefix"].as_str().unwrap_or_default();
        let declared = self.queues.declared();
        let named = declared.iter().filter(|queue| queue.name.starts_with(prefix));
        json!({ "QueueUrls": named.map(|queue| queue_url(host, queue)).collect::<Vec<_>>() })
    }

    async fn receive_message(&self, request: &Value) -> Result<Value, SqsError> {
        let arn = self.named_queue(request)?.arn();
        let most = usize::try_from(number(request, "MaxNumberOfMessages", 1, 1..=10)?).unwrap_or(1);
        let visibility = match request["VisibilityTimeout"] {
            Value::Null => None,
            _ => Some(Duration::from_secs(number(request, "VisibilityTimeout", 30, 0..=43_200)?)),
        };
        let wait = Duration::from_secs(number(request, "WaitTimeSeconds", 0, 0..=20)?);
        let received = self.queues.receive_within(&arn, most, visibility, wait).await;
        // Without messages the service leaves the key out.
        if received.is_empty() {
            return Ok(json!({}));
        }
        Ok(json!({ "Messages": received.iter().map(message).collect::<Vec<_>>() }))
    }

    fn delete_message(&self, arn: &str, request: &Value) -> Result<Value, SqsError> {
        self.queues.delete(arn, request["ReceiptHandle"].as_str().unwrap_or_default());
        Ok(json!({}))
    }

    fn change_message_visibility(&self, request: &Value) -> Result<Value, SqsError> {
        self.named_queue(request)?;
        let visibility = Duration::from_secs(number(request, "VisibilityTimeout", 30, 0..=43_200)?);
        let handle = request["ReceiptHandle"].as_str().unwrap_or_default();
        if self.queues.change_visibility(handle, visibility) {
            return Ok(json!({}));
        }
        let message = format!(
            "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
        );
        Err(SqsError { error_type: "InvalidParameterValueException", code: "InvalidParameterValue", message })
    }

    fn named_queue(&self, request: &Value) -> Result<Queue, SqsError> {
        let name = queue_name(request);
        self.queues.declared().into_iter().find(|queue| queue.name == name).ok_or_else(no_queue)
    }

    fn send(&self, arn: &str, request: &Value) -> Result<Value, SqsError> {
        let body = request["MessageBody"].as_str().unwrap_or_default();
        if body.is_empty() {
            let message = "The request must contain the parameter MessageBody.".to_string();
            return Err(SqsError {
                error_type: "MissingRequiredParameterException",
                code: "MissingParameter",
                message,
            });
        }
        if body.len() > MESSAGE_LIMIT {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_LIMIT} bytes."
            );
            return Err(SqsError {
                error_type: "InvalidParameterValueException",
                code: "InvalidParameterValue",
                message,
            });
        }
        // A deployment may have taken the queue away meanwhile.
        let id = self.queues.put(arn, body.to_string()).ok_or_else(no_queue)?;
        Ok(json!({ "MessageId": id, "MD5OfMessageBody": md5(body) }))
    }

    fn attributes(&self, queue: &Queue, asked: &Value) -> Map<String, Value> {
        let waiting = self.queues.waiting(&queue.arn());
        let all = [
            ("ApproximateNumberOfMessages", waiting.visible.to_string()),
            ("ApproximateNumberOfMessagesDelayed", "0".to_string()),
            ("ApproximateNumberOfMessagesNotVisible", waiting.in_flight.to_string()),
            ("MessageRetentionPeriod", queue.message_retention_period.as_secs().to_string()),
            ("QueueArn", queue.arn()),
            ("VisibilityTimeout", queue.visibility_timeout.as_secs().to_string()),
        ];
        let asked: Vec<&str> = asked.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let wanted = |name: &str| asked.contains(&"All") || asked.contains(&name);
        all.into_iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| (name.to_string(), Value::from(value)))
            .collect()
    }
}

/// The name of the queue that a request names, by its URL or, where it asks for that, by the name; empty when it names none.
fn queue_name(request: &Value) -> &str {
    let named = request["QueueUrl"].as_str().or(request["QueueName"].as_str()).unwrap_or_default();
    named.rsplit('/').next().unwrap_or_default()
}

/// The address under which the caller reaches a queue.
fn queue_url(host: &str, queue: &Queue) -> String {
    format!("http://{host}/{ACCOUNT}/{}", queue.name)
}

fn no_queue() -> SqsError {
    SqsError {
        error_type: "QueueDoesNotExist",
        code: NO_QUEUE,
        message: "The specified queue does not exist.".to_string(),
    }
}

/// One answer for each entry of a batch, those that failed apart.
fn each(request: &Value, act: impl Fn(&Value) -> Result<Value, SqsError>) -> Result<Value, SqsError> {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in request["Entries"].as_array().into_iter().flatten() {
        match act(entry) {
            Ok(mut answer) => {
                answer["Id"] = entry["Id"].clone();
                successful.push(answer);
            }
            Err(error) => failed
                .push(json!({ "Id": entry["Id"], "SenderFault": true, "Code": error.code, "Message": error.message })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

fn message(received: &Received) -> Value {
    let Received { message, receipt_handle, receive_count, first_received } = received;
    // Ids of messages are UUIDs that hold the time at which they were drawn.
    let sent = uuid::Uuid::parse_str(&message.id).ok().and_then(|id| id.get_timestamp()).map(|time| time.to_unix());
    let sent = sent.map_or(0, |(seconds, nanos)| seconds * 1000 + u64::from(nanos) / 1_000_000);
    json!({
        "MessageId": message.id,
        "ReceiptHandle": receipt_handle,
        "MD5OfBody": md5(&message.body),
        "Body": message.body,
        "Attributes": {
            "ApproximateReceiveCount": receive_count.to_string(),
            "ApproximateFirstReceiveTimestamp": first_received.to_string(),
            "SentTimestamp": sent.to_string(),
        },
    })
}

fn number(request: &Value, name: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> Result<u64, SqsError> {
    let given = match &request[name] {
        Value::Null => return Ok(default),
        given => given.as_u64(),
    };
    let text = || request[name].as_str().map_or_else(|| request[name].to_string(), str::to_string);
    given.filter(|given| range.contains(given)).ok_or_else(|| SqsError {
        error_type: "InvalidParameterValueException",
        code: "InvalidParameterValue",
        message: format!(
            "Value {} for parameter {name} is invalid. Reason: Must be between {} and {}, if provided.",
            text(),
            range.start(),
            range.end()
        ),
    })
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
