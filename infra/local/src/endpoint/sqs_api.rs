//! SQS: what it takes to look into an on-failure queue and to replay from it.
//!
//! It is asked in JSON, or in the query protocol by clients that are older than that; `endpoint/sqs_api/query` translates those.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>

mod attributes;
mod batch;
mod query;

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::page_token;
use super::protocol::{EndpointError, Protocol};
use super::query_compatible::with_code;
use super::shape::Shape;
use super::{Endpoint, EndpointCall, sts_api};
use crate::guard;
use crate::iam::Caller;
use crate::service::json_protocol::{self, JSON_1_0};
use crate::service::{OperationTable, Target, operations, query_protocol};
use crate::sqs::{ReceiptHandle, Received};
use stack::{ACCOUNT, Queue, REGION, is_account_id};

operations! {
    /// What SQS answers here.
    pub(super) enum SqsOperation {
        ChangeMessageVisibility,
        ChangeMessageVisibilityBatch,
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

/// The types of an operation's members.
pub(super) fn shape(operation: SqsOperation) -> Shape {
    use Shape::{Blob, Integer, List, Map, Structure, Text};
    use SqsOperation as Op;
    const ATTRIBUTE: Shape = Structure(&[
        ("BinaryListValues", List(&Blob)),
        ("BinaryValue", Blob),
        ("DataType", Text),
        ("StringListValues", Shape::TEXTS),
        ("StringValue", Text),
    ]);
    const QUEUE: (&str, Shape) = ("QueueUrl", Text);
    const HANDLE: (&str, Shape) = ("ReceiptHandle", Text);
    const MESSAGE: [(&str, Shape); 6] = [
        ("MessageBody", Text),
        ("DelaySeconds", Integer),
        ("MessageAttributes", Map(&ATTRIBUTE)),
        ("MessageSystemAttributes", Map(&ATTRIBUTE)),
        ("MessageDeduplicationId", Text),
        ("MessageGroupId", Text),
    ];
    const ID: (&str, Shape) = ("Id", Text);
    const SENT: Shape = {
        let [body, delay, attributes, system, deduplication, group] = MESSAGE;
        Structure(&[QUEUE, body, delay, attributes, system, deduplication, group])
    };
    const SENT_WITH_OTHERS: Shape = {
        let [body, delay, attributes, system, deduplication, group] = MESSAGE;
        Structure(&[ID, body, delay, attributes, system, deduplication, group])
    };
    const HIDDEN: Shape = Structure(&[ID, HANDLE, ("VisibilityTimeout", Integer)]);
    const DELETED: Shape = Structure(&[ID, HANDLE]);
    match operation {
        Op::ChangeMessageVisibility => Structure(&[QUEUE, HANDLE, ("VisibilityTimeout", Integer)]),
        Op::ChangeMessageVisibilityBatch => Structure(&[QUEUE, ("Entries", List(&HIDDEN))]),
        Op::DeleteMessage => Structure(&[QUEUE, HANDLE]),
        Op::DeleteMessageBatch => Structure(&[QUEUE, ("Entries", List(&DELETED))]),
        Op::GetQueueAttributes => Structure(&[QUEUE, ("AttributeNames", Shape::TEXTS)]),
        Op::GetQueueUrl => Structure(&[("QueueName", Text), ("QueueOwnerAWSAccountId", Text)]),
        Op::ListQueues => Structure(&[("QueueNamePrefix", Text), ("NextToken", Text), ("MaxResults", Integer)]),
        Op::PurgeQueue => Structure(&[QUEUE]),
        Op::ReceiveMessage => Structure(&[
            QUEUE,
            ("AttributeNames", Shape::TEXTS),
            ("MessageSystemAttributeNames", Shape::TEXTS),
            ("MessageAttributeNames", Shape::TEXTS),
            ("MaxNumberOfMessages", Integer),
            ("VisibilityTimeout", Integer),
            ("WaitTimeSeconds", Integer),
            ("ReceiveRequestAttemptId", Text),
        ]),
        Op::SendMessage => SENT,
        Op::SendMessageBatch => Structure(&[QUEUE, ("Entries", List(&SENT_WITH_OTHERS))]),
    }
}

/// The namespace of the query protocol.
pub(super) const NAMESPACE: &str = query_protocol::SQS_NAMESPACE;

/// The largest message, in bytes. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
const MESSAGE_LIMIT: usize = 1024 * 1024;

/// The attributes that a queue can have here, and those that only others have: all of them may be asked for.
const QUEUE_ATTRIBUTES: [&str; 22] = [
    "All",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "ContentBasedDeduplication",
    "CreatedTimestamp",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "LastModifiedTimestamp",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

/// The attributes that a message has besides those that its sender gave it.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
const MESSAGE_ATTRIBUTES: [&str; 10] = [
    "AWSTraceHeader",
    "All",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

/// A queue can be purged once in this time, in milliseconds.
const PURGE_INTERVAL: i64 = 60_000;
/// The longest delay of a message, in seconds.
const LONGEST_DELAY: i64 = 900;

/// The code of a queue that there is not.
const NO_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

/// An error of the service: its type in the JSON protocol, its code in the older one, the message.
#[derive(Debug)]
struct SqsError {
    error_type: &'static str,
    code: &'static str,
    message: String,
}

impl SqsError {
    /// The refusal of a parameter's value.
    fn invalid_value(message: impl Into<String>) -> SqsError {
        SqsError {
            error_type: "InvalidParameterValueException",
            code: "InvalidParameterValue",
            message: message.into(),
        }
    }

    /// The status of the answer.
    fn status(&self) -> StatusCode {
        match self.error_type {
            "PurgeQueueInProgress" => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn missing(parameter: &str) -> SqsError {
        SqsError {
            error_type: "MissingRequiredParameterException",
            code: "MissingParameter",
            message: format!("The request must contain the parameter {parameter}."),
        }
    }
}

/// Who sends a message.
struct Sender<'c> {
    id: String,
    /// The trace that its request belongs to. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-x-ray.html>
    trace: Option<&'c str>,
}

/// The action that policies allow or deny: a batch needs that of its entries. SQS names its actions in small letters in a denial;
/// policies do not care.
pub(super) fn action(target: &Target<SqsOperation>) -> String {
    format!("sqs:{}", target.name.trim_end_matches("Batch").to_lowercase())
}

/// What it is done to: the queue that a request names, of the account that it names.
pub(super) fn resource(request: &Value) -> String {
    let QueueAddress { region, account, name } = QueueAddress::of(request);
    let name = if name.is_empty() { "*" } else { name };
    format!("arn:aws:sqs:{}:{}:{name}", region.unwrap_or(REGION), account.unwrap_or(ACCOUNT))
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
        caller: &Caller,
    ) -> Response {
        let request_id = self.clock.uuid().to_string();
        let Some(operation) = target.operation else {
            return call.protocol.error(&EndpointError::not_in::<SqsOperation>("SQS", &target.name), &request_id);
        };
        let trace = call.parts.headers.get("x-amzn-trace-id").and_then(|trace| trace.to_str().ok());
        let sender = Sender { id: sts_api::user_id(caller), trace };
        let answer = self.sqs_answer(operation, request, guard::named(call.parts), &sender).await;
        if let Protocol::Query(namespace) = call.protocol {
            return match answer {
                Ok(body) => {
                    let result = query::result(operation, &body);
                    query_protocol::answer(namespace, operation.name(), result.as_deref(), &request_id)
                }
                Err(error) => {
                    // The one message that differs: the older protocol speaks of the document that describes it.
                    let message = if error.code == NO_QUEUE { query::NO_QUEUE } else { &error.message };
                    query_protocol::error(error.status(), namespace, error.code, message, &request_id)
                }
            };
        }
        let (status, body, code) = match answer {
            Ok(body) => (StatusCode::OK, body, None),
            Err(error) => {
                let name = format!("com.amazonaws.sqs#{}", error.error_type);
                (error.status(), json!({ "__type": name, "message": error.message }), Some(error.code))
            }
        };
        let response = json_protocol::answer(status, JSON_1_0, &body);
        let response = json_protocol::with(response, "x-amzn-requestid", &request_id);
        match code {
            Some(code) => with_code(response, code),
            None => response,
        }
    }

    async fn sqs_answer(
        &self,
        operation: SqsOperation,
        request: &Value,
        host: &str,
        sender: &Sender<'_>,
    ) -> Result<Value, SqsError> {
        use SqsOperation as Op;
        match operation {
            Op::ListQueues => self.list_queues(request, host),
            Op::GetQueueUrl => Ok(json!({ "QueueUrl": queue_url(host, &self.queue_of(request, "QueueName")?) })),
            Op::GetQueueAttributes => self.attributes(&self.named_queue(request)?, &request["AttributeNames"]),
            Op::SendMessage => self.send(&self.named_queue(request)?.arn(), request, sender),
            Op::SendMessageBatch => {
                let arn = self.named_queue(request)?.arn();
                batch::each(operation, request, |entry| self.send(&arn, entry, sender))
            }
            Op::ReceiveMessage => self.receive_message(request).await,
            Op::DeleteMessage => self.delete_message(&self.named_queue(request)?.arn(), request),
            Op::DeleteMessageBatch => {
                let arn = self.named_queue(request)?.arn();
                batch::each(operation, request, |entry| self.delete_message(&arn, entry))
            }
            Op::ChangeMessageVisibility => self.change_message_visibility(&self.named_queue(request)?.arn(), request),
            Op::ChangeMessageVisibilityBatch => {
                let arn = self.named_queue(request)?.arn();
                batch::each(operation, request, |entry| self.change_message_visibility(&arn, entry))
            }
            Op::PurgeQueue => self.purge_queue(&self.named_queue(request)?),
        }
    }

    /// One page of queues. There is another only where the caller says how many it wants.
    fn list_queues(&self, request: &Value, host: &str) -> Result<Value, SqsError> {
        let prefix = request["QueueNamePrefix"].as_str().unwrap_or_default();
        let most = usize::try_from(number(request, "MaxResults", 1_000, 1..=1_000)?).unwrap_or(1_000);
        // A token holds the name of the last queue of the page before.
        let list = format!("ListQueues {prefix}");
        let after = match request["NextToken"].as_str() {
            None => String::new(),
            Some(token) => page_token::place(&list, token)
                .ok_or_else(|| SqsError::invalid_value("Invalid or expired next token."))?,
        };
        let mut queues: Vec<Queue> = self.queues.declared();
        queues.retain(|queue| queue.name.starts_with(prefix) && queue.name > after);
        queues.sort_by(|one, other| one.name.cmp(&other.name));
        let more = queues.len() > most && !request["MaxResults"].is_null();
        queues.truncate(most);
        // Without queues the service leaves the key out.
        let Some(last) = queues.last() else { return Ok(json!({})) };
        let mut answer = json!({ "QueueUrls": queues.iter().map(|queue| queue_url(host, queue)).collect::<Vec<_>>() });
        if more {
            answer["NextToken"] = json!(page_token::given(&list, &last.name));
        }
        Ok(answer)
    }

    fn purge_queue(&self, queue: &Queue) -> Result<Value, SqsError> {
        if !self.queues.note_purge(&queue.arn(), PURGE_INTERVAL) {
            return Err(SqsError {
                error_type: "PurgeQueueInProgress",
                code: "AWS.SimpleQueueService.PurgeQueueInProgress",
                message: format!("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue.name),
            });
        }
        self.queues.purge(&queue.arn());
        Ok(json!({}))
    }

    async fn receive_message(&self, request: &Value) -> Result<Value, SqsError> {
        let arn = self.named_queue(request)?.arn();
        attributes::is_of_fifo_queues(request, "ReceiveRequestAttemptId")?;
        known(&request["MessageSystemAttributeNames"], &[&MESSAGE_ATTRIBUTES])?;
        // The model of the older of the two lists has the attributes of queues.
        known(&request["AttributeNames"], &[&MESSAGE_ATTRIBUTES, &QUEUE_ATTRIBUTES])?;
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
        Ok(json!({ "Messages": received.iter().map(|received| message(received, request)).collect::<Vec<_>>() }))
    }

    fn delete_message(&self, arn: &str, request: &Value) -> Result<Value, SqsError> {
        self.queues.delete(arn, &handle(arn, request)?);
        Ok(json!({}))
    }

    fn change_message_visibility(&self, arn: &str, request: &Value) -> Result<Value, SqsError> {
        if request["VisibilityTimeout"].is_null() {
            return Err(SqsError::missing("VisibilityTimeout"));
        }
        let visibility = Duration::from_secs(number(request, "VisibilityTimeout", 30, 0..=43_200)?);
        if self.queues.change_visibility(&handle(arn, request)?, visibility) {
            return Ok(json!({}));
        }
        let handle = request["ReceiptHandle"].as_str().unwrap_or_default();
        Err(SqsError::invalid_value(format!(
            "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
        )))
    }

    /// The queue at the URL that a request names.
    fn named_queue(&self, request: &Value) -> Result<Queue, SqsError> {
        self.queue_of(request, "QueueUrl")
    }

    fn queue_of(&self, request: &Value, parameter: &str) -> Result<Queue, SqsError> {
        if request[parameter].as_str().is_none_or(str::is_empty) {
            return Err(SqsError::missing(parameter));
        }
        let QueueAddress { region, name, .. } = QueueAddress::of(request);
        let queue = self.queues.declared().into_iter().find(|queue| queue.name == name);
        queue.filter(|_| region.is_none_or(|region| region == REGION)).ok_or_else(no_queue)
    }

    fn send(&self, arn: &str, request: &Value, sender: &Sender<'_>) -> Result<Value, SqsError> {
        let body = request["MessageBody"].as_str().unwrap_or_default();
        if body.is_empty() {
            return Err(SqsError::missing("MessageBody"));
        }
        // A batch is as long as its longest message may be, so this is said of either.
        if batch::size(request) > MESSAGE_LIMIT {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_LIMIT} bytes."
            );
            return Err(SqsError::invalid_value(message));
        }
        attributes::legal_text(body)?;
        let sent = attributes::sent(request, sender)?;
        let delay = delay(request)?;
        let of_attributes = attributes::digest(&sent.message);
        let of_system_attributes = attributes::system_digest(request);
        // A deployment may have taken the queue away meanwhile.
        let id = self.queues.put(arn, body.to_string(), sent, delay).ok_or_else(no_queue)?;
        let mut answer = json!({ "MessageId": id, "MD5OfMessageBody": md5(body) });
        for (name, digest) in
            [("MD5OfMessageAttributes", of_attributes), ("MD5OfMessageSystemAttributes", of_system_attributes)]
        {
            if let Some(digest) = digest {
                answer[name] = json!(digest);
            }
        }
        Ok(answer)
    }

    fn attributes(&self, queue: &Queue, asked: &Value) -> Result<Value, SqsError> {
        known(asked, &[&QUEUE_ATTRIBUTES])?;
        let asked: Vec<&str> = asked.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let waiting = self.queues.waiting(&queue.arn());
        let created = (self.queues.created(&queue.arn()) / 1_000).to_string();
        let all = [
            ("ApproximateNumberOfMessages", waiting.visible.to_string()),
            ("ApproximateNumberOfMessagesDelayed", waiting.delayed.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", waiting.in_flight.to_string()),
            ("CreatedTimestamp", created.clone()),
            ("DelaySeconds", "0".to_string()),
            ("LastModifiedTimestamp", created),
            ("MaximumMessageSize", MESSAGE_LIMIT.to_string()),
            ("MessageRetentionPeriod", queue.message_retention_period.as_secs().to_string()),
            ("QueueArn", queue.arn()),
            ("ReceiveMessageWaitTimeSeconds", "0".to_string()),
            // Every queue is encrypted today.
            ("SqsManagedSseEnabled", "true".to_string()),
            ("VisibilityTimeout", queue.visibility_timeout.as_secs().to_string()),
        ];
        let wanted = |name: &str| asked.contains(&"All") || asked.contains(&name);
        let redrive = queue.redrive_policy.as_ref().map(|policy| ("RedrivePolicy", json!(policy).to_string()));
        let policy = queue.policy.as_ref().map(|policy| ("Policy", policy.to_string()));
        let given: Map<String, Value> = all
            .into_iter()
            .chain(redrive)
            .chain(policy)
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| (name.to_string(), Value::from(value)))
            .collect();
        // Without attributes the service leaves the key out.
        Ok(if given.is_empty() { json!({}) } else { json!({ "Attributes": given }) })
    }
}

/// Refuses attributes that are in none of the lists.
fn known(asked: &Value, lists: &[&[&str]]) -> Result<(), SqsError> {
    let mut asked = asked.as_array().into_iter().flatten().filter_map(Value::as_str);
    match asked.find(|name| !lists.iter().any(|list| list.contains(name))) {
        None => Ok(()),
        Some(unknown) => Err(SqsError {
            error_type: "InvalidAttributeName",
            code: "InvalidAttributeName",
            message: format!("Unknown Attribute {unknown}."),
        }),
    }
}

/// The receipt handle of a request to the queue with this ARN.
fn handle(arn: &str, request: &Value) -> Result<ReceiptHandle, SqsError> {
    let Some(text) = request["ReceiptHandle"].as_str() else { return Err(SqsError::missing("ReceiptHandle")) };
    ReceiptHandle::of(text).filter(|handle| handle.is_of(arn)).ok_or_else(|| SqsError {
        error_type: "ReceiptHandleIsInvalid",
        code: "ReceiptHandleIsInvalid",
        message: format!("The input receipt handle \"{text}\" is not a valid receipt handle."),
    })
}

/// The seconds for which nobody gets the message that a request sends.
fn delay(request: &Value) -> Result<u64, SqsError> {
    let given = &request["DelaySeconds"];
    if given.is_null() {
        return Ok(0);
    }
    let legal = given.as_i64().filter(|delay| (0..=LONGEST_DELAY).contains(delay));
    legal.and_then(|delay| u64::try_from(delay).ok()).ok_or_else(|| {
        let shown = shown(given);
        SqsError::invalid_value(format!(
            "Value {shown} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= {LONGEST_DELAY}."
        ))
    })
}

/// What a request says of a queue: by its URL, or, where it asks for that, by its name and perhaps its owner.
struct QueueAddress<'r> {
    /// Of AWS's own addresses only: the local cloud's names no region.
    region: Option<&'r str>,
    account: Option<&'r str>,
    /// Empty when it names none.
    name: &'r str,
}

impl QueueAddress<'_> {
    fn of(request: &Value) -> QueueAddress<'_> {
        let Some(url) = request["QueueUrl"].as_str() else {
            let name = request["QueueName"].as_str().unwrap_or_default();
            return QueueAddress { region: None, account: request["QueueOwnerAWSAccountId"].as_str(), name };
        };
        let mut path = url.rsplit('/');
        let name = path.next().unwrap_or_default();
        let host = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        let own = host.strip_suffix(".amazonaws.com");
        // `sqs.REGION.amazonaws.com`, and the older `REGION.queue.amazonaws.com`.
        let region = own.and_then(|own| own.strip_prefix("sqs.").or(own.strip_suffix(".queue")));
        QueueAddress { region, account: path.next().filter(|account| is_account_id(account)), name }
    }
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

/// A message as `request` asks for it.
fn message(received: &Received, request: &Value) -> Value {
    let Received { message, receipt_handle, receive_count, first_received } = received;
    let mut answer = json!({
        "MessageId": message.id,
        "ReceiptHandle": receipt_handle,
        "MD5OfBody": md5(&message.body),
        "Body": message.body,
    });
    let mut system: Map<String, Value> =
        message.attributes.system.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    system.insert("ApproximateReceiveCount".into(), json!(receive_count.to_string()));
    system.insert("ApproximateFirstReceiveTimestamp".into(), json!(first_received.to_string()));
    system.insert("SentTimestamp".into(), json!(message.sent().to_string()));
    // The older of the two names is still understood.
    let asked = ["MessageSystemAttributeNames", "AttributeNames"].iter().filter_map(|name| request[*name].as_array());
    let asked: Vec<&str> = asked.flatten().filter_map(Value::as_str).collect();
    system.retain(|name, _| asked.contains(&"All") || asked.contains(&name.as_str()));
    if !system.is_empty() {
        answer["Attributes"] = system.into();
    }
    let chosen = attributes::chosen(&message.attributes.message, &request["MessageAttributeNames"]);
    if let Some(digest) = attributes::digest(&chosen) {
        answer["MD5OfMessageAttributes"] = json!(digest);
        answer["MessageAttributes"] = chosen.into();
    }
    answer
}

fn number(request: &Value, name: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> Result<u64, SqsError> {
    let given = match &request[name] {
        Value::Null => return Ok(default),
        given => given.as_u64(),
    };
    let (least, most) = (range.start(), range.end());
    // One parameter has other words than the rest.
    let bounds = match name {
        "WaitTimeSeconds" => format!("Must be >= {least} and <= {most}, if provided."),
        _ => format!("Must be between {least} and {most}, if provided."),
    };
    given.filter(|given| range.contains(given)).ok_or_else(|| {
        SqsError::invalid_value(format!(
            "Value {} for parameter {name} is invalid. Reason: {bounds}",
            shown(&request[name])
        ))
    })
}

/// A value as refusals show it: texts, which the query protocol has for everything, without quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn md5(bytes: impl AsRef<[u8]>) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
