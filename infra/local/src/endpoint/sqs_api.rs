//! SQS over its JSON protocol: what it takes to look into an on-failure queue and to replay from it.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>

use std::time::Duration;

use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::service::target_operation;
use super::{Endpoint, unknown};
use crate::guard;
use crate::sqs::Received;
use crate::stack::{ACCOUNT, Queue};

const MEDIA_TYPE: &str = "application/x-amz-json-1.0";
const OPERATIONS: &[&str] = &[
    "ChangeMessageVisibility",
    "DeleteMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
    "SendMessageBatch",
];

/// The largest message, in bytes. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
const MESSAGE_LIMIT: usize = 1024 * 1024;

/// An error of the service: its type in the JSON protocol, its code in the older one, the message.
struct Error {
    error_type: &'static str,
    code: &'static str,
    message: String,
}

impl Endpoint {
    /// Answers a call of SQS.
    pub(super) async fn sqs(&self, parts: &Parts, request: &Value) -> Response {
        let operation = target_operation(parts);
        if !OPERATIONS.contains(&operation) {
            return unknown::operation(MEDIA_TYPE, "SQS", operation, OPERATIONS);
        }
        let (status, body, code) = match self.sqs_answer(operation, request, guard::named(parts)).await {
            Ok(body) => (StatusCode::OK, body, None),
            Err(Error { error_type, code, message }) => {
                let body = json!({ "__type": format!("com.amazonaws.sqs#{error_type}"), "message": message });
                (StatusCode::BAD_REQUEST, body, Some(format!("{code};Sender")))
            }
        };
        let headers = [("content-type", MEDIA_TYPE.to_string()), ("x-amzn-requestid", self.clock.uuid().to_string())];
        let mut response = (status, headers, body.to_string()).into_response();
        if let Some(code) = code.and_then(|code| code.parse().ok()) {
            response.headers_mut().insert("x-amzn-query-error", code);
        }
        response
    }

    async fn sqs_answer(&self, operation: &str, request: &Value, host: &str) -> Result<Value, Error> {
        let url = |queue: &Queue| format!("http://{host}/{ACCOUNT}/{}", queue.name);
        let text = |key: &str| request[key].as_str().unwrap_or_default();
        if operation == "ListQueues" {
            let prefix = text("QueueNamePrefix");
            let declared = self.queues.declared();
            let named = declared.iter().filter(|queue| queue.name.starts_with(prefix));
            return Ok(json!({ "QueueUrls": named.map(url).collect::<Vec<_>>() }));
        }
        let queue = &self.named_queue(request)?;
        let arn = queue.arn();
        match operation {
            "GetQueueUrl" => Ok(json!({ "QueueUrl": url(queue) })),
            "GetQueueAttributes" => Ok(json!({ "Attributes": self.attributes(queue, &request["AttributeNames"]) })),
            "SendMessage" => self.send(&arn, request),
            "SendMessageBatch" => each(request, |entry| self.send(&arn, entry)),
            "ReceiveMessage" => {
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
            "DeleteMessage" => {
                self.queues.delete(&arn, text("ReceiptHandle"));
                Ok(json!({}))
            }
            "DeleteMessageBatch" => each(request, |entry| {
                self.queues.delete(&arn, entry["ReceiptHandle"].as_str().unwrap_or_default());
                Ok(json!({}))
            }),
            "ChangeMessageVisibility" => {
                let visibility = Duration::from_secs(number(request, "VisibilityTimeout", 30, 0..=43_200)?);
                if self.queues.change_visibility(text("ReceiptHandle"), visibility) {
                    return Ok(json!({}));
                }
                let handle = text("ReceiptHandle");
                let message = format!(
                    "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
                );
                Err(Error { error_type: "InvalidParameterValueException", code: "InvalidParameterValue", message })
            }
            _ => {
                self.queues.purge(&arn);
                Ok(json!({}))
            }
        }
    }

    fn named_queue(&self, request: &Value) -> Result<Queue, Error> {
        let name = queue_name(request);
        self.queues.declared().into_iter().find(|queue| queue.name == name).ok_or_else(no_queue)
    }

    fn send(&self, arn: &str, request: &Value) -> Result<Value, Error> {
        let body = request["MessageBody"].as_str().unwrap_or_default();
        if body.is_empty() {
            let message = "The request must contain the parameter MessageBody.".to_string();
            return Err(Error { error_type: "MissingRequiredParameterException", code: "MissingParameter", message });
        }
        if body.len() > MESSAGE_LIMIT {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_LIMIT} bytes."
            );
            return Err(Error { error_type: "InvalidParameterValueException", code: "InvalidParameterValue", message });
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
pub(super) fn queue_name(request: &Value) -> &str {
    let named = request["QueueUrl"].as_str().or(request["QueueName"].as_str()).unwrap_or_default();
    named.rsplit('/').next().unwrap_or_default()
}

fn no_queue() -> Error {
    Error {
        error_type: "QueueDoesNotExist",
        code: "AWS.SimpleQueueService.NonExistentQueue",
        message: "The specified queue does not exist.".to_string(),
    }
}

/// One answer for each entry of a batch, those that failed apart.
fn each(request: &Value, act: impl Fn(&Value) -> Result<Value, Error>) -> Result<Value, Error> {
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

fn number(request: &Value, name: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> Result<u64, Error> {
    let given = match &request[name] {
        Value::Null => return Ok(default),
        given => given.as_u64(),
    };
    given.filter(|given| range.contains(given)).ok_or_else(|| Error {
        error_type: "InvalidParameterValueException",
        code: "InvalidParameterValue",
        message: format!(
            "Value {} for parameter {name} is invalid. Reason: Must be between {} and {}, if provided.",
            request[name],
            range.start(),
            range.end()
        ),
    })
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
