//! `AWS::SQS::Queue` with its policies, and `AWS::Logs::LogGroup`: small resources that functions write to.

use std::time::Duration;

use serde_json::Value as Json;

use super::Resolved;
use super::fields::Fields;
use super::finding::Findings;
use super::policies;
use super::tree::{Node, Value};
use stack::policy::{PolicyKind, ServiceRefusal};
use stack::{Queue, RedrivePolicy, redrive_refusal};

/// Days that a log group can be told to keep its lines.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTION_DAYS: &[&str] = &[
    "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827",
    "2192", "2557", "2922", "3288", "3653",
];

/// The queue that the template describes.
pub(super) fn queue(resource: &Resolved<'_>, findings: &Findings) -> Option<Queue> {
    let mut fields = resource.fields("AWS::SQS::Queue", findings)?;
    fields.text("QueueName");
    let fifo = fields.boolean("FifoQueue");
    let is_fifo = fifo == Some(true);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (stem, message) = match is_fifo {
        false => (
            Some(resource.name.as_str()),
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        true => (
            resource.name.strip_suffix(".fifo"),
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be \
             1 to 80 in length",
        ),
    };
    if resource.name.len() > 80 || !stem.is_some_and(|stem| !stem.is_empty() && stem.chars().all(legal)) {
        let help = "only the name of a queue with FifoQueue: true ends with .fifo";
        let help = (!is_fifo && resource.name.ends_with(".fifo")).then_some(help);
        refuse(&fields, "QueueName", "InvalidParameterValue", message, help);
    }
    if is_fifo {
        fields.lack("FifoQueue", "the local cloud has standard queues only, and so have on-failure destinations");
    }
    if fifo == Some(false) {
        // <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/165>
        let help = "leave it out: only a FIFO queue has it, and then it is true";
        refuse(&fields, "FifoQueue", "InvalidAttributeName", "Unknown Attribute FifoQueue.", Some(help));
    }
    for name in ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"] {
        // Of the first one it is on record, also where it is false: <https://github.com/trandangtri/sqs-queue-bundle/pull/36>.
        if !is_fifo && resource.properties.get(name).is_some() {
            let help = "leave it out: only a FIFO queue has it";
            refuse(&fields, name, "InvalidAttributeName", &format!("Unknown Attribute {name}."), Some(help));
            fields.set_aside(name);
        }
    }
    let given = |name: &str| resource.properties.get(name).and_then(Node::text);
    if given("SqsManagedSseEnabled") == Some("true") && given("KmsMasterKeyId").is_some_and(|key| !key.is_empty()) {
        let message = "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.";
        refuse(&fields, "KmsMasterKeyId", "InvalidAttributeName", message, None);
    }
    let visibility = fields.number("VisibilityTimeout", 0..=43_200).unwrap_or(30);
    let retention = fields.number("MessageRetentionPeriod", 60..=1_209_600).unwrap_or(345_600);
    let redrive_policy = redrive_policy(&mut fields, &resource.name);
    fields.done();
    Some(Queue {
        logical_id: resource.resource.id.clone(),
        name: resource.name.clone(),
        visibility_timeout: Duration::from_secs(visibility),
        message_retention_period: Duration::from_secs(retention),
        redrive_policy,
        policy: None,
    })
}

/// What SQS refuses of the field `name` when it is to make the queue.
fn refuse(fields: &Fields<'_>, name: &str, code: &'static str, message: &str, help: Option<&str>) {
    let refusal = ServiceRefusal { service: "Sqs", status: 400, code, message: message.to_string() };
    fields.refuse_creation(name, &refusal, help);
}

/// Where messages go that are received too often. SQS gets the policy as JSON and reads it when it makes the queue `name`.
fn redrive_policy(fields: &mut Fields<'_>, name: &str) -> Option<RedrivePolicy> {
    let node = fields.node("RedrivePolicy")?;
    let written = match node.text() {
        Some(text) => serde_json::from_str(text).ok().filter(Json::is_object),
        None => Some(node.to_json()).filter(Json::is_object),
    };
    let (place, findings) = (fields.at("RedrivePolicy"), fields.findings);
    let refuse_at = |attribute: &str, policy: &Json, reason: &str| {
        let message = redrive_refusal(policy, reason);
        let refusal = ServiceRefusal { service: "Sqs", status: 400, code: "InvalidParameterValue", message };
        let position = node.get(attribute).unwrap_or(node).position;
        findings.refuse(position, &place, &refusal, refusal.to_string());
        None
    };
    let refuse = |policy: &Json, reason: &str| refuse_at("", policy, reason);
    let Some(mut policy) = written else {
        return match &node.value {
            Value::Unresolved => None,
            _ => refuse(&node.to_json(), "Redrive policy is not a valid JSON map"),
        };
    };
    for attribute in ["deadLetterTargetArn", "maxReceiveCount"] {
        if policy.get(attribute).is_none() {
            return refuse(&policy, &format!("Redrive policy does not contain mandatory attribute: {attribute}"));
        }
    }
    // What could not be worked out was reported where it stands.
    let text = |attribute: &str| policy[attribute].as_str().map(str::to_string);
    let count = text("maxReceiveCount").or_else(|| Some(policy["maxReceiveCount"].as_i64()?.to_string()))?;
    let target = text("deadLetterTargetArn")?;
    if let Ok(number) = count.parse::<i64>() {
        policy["maxReceiveCount"] = Json::from(number);
    }
    let Some(max_receive_count) = count.parse().ok().filter(|count| (1..=1_000).contains(count)) else {
        let reason =
            format!("Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive");
        return refuse_at("maxReceiveCount", &policy, &reason);
    };
    let refuse_target = |reason: &str| refuse_at("deadLetterTargetArn", &policy, reason);
    if target.split(':').nth(2).is_some_and(|service| service != "sqs") {
        return refuse_target("Only SQS queues are valid resources for deadLetterTargetArn");
    }
    if target.ends_with(".fifo") != name.ends_with(".fifo") {
        return refuse_target("Dead-letter queue must be same type of queue as the source");
    }
    Some(RedrivePolicy { target, max_receive_count })
}

/// Gives the queues that a policy names its document. Within one account the sender's own role decides, so nothing else is made of it.
pub(super) fn policy(resource: &Resolved<'_>, queues: &mut [Queue], findings: &Findings) {
    let Some(mut fields) = resource.fields("AWS::SQS::QueuePolicy", findings) else { return };
    fields.required(&["PolicyDocument", "Queues"]);
    let place = fields.at("PolicyDocument");
    let document = fields.node("PolicyDocument");
    for url in fields.texts("Queues").unwrap_or_default() {
        // What could not be worked out was reported where it stands.
        let Some((document, arn)) = document.zip(arn_of(&url)) else { continue };
        policies::document(document, &place, PolicyKind::Queue(&arn), findings);
        if let Some(queue) = queues.iter_mut().find(|queue| queue.arn() == arn) {
            let written = document.text().and_then(|text| serde_json::from_str(text).ok());
            queue.policy = Some(written.unwrap_or_else(|| document.to_json()));
        }
    }
    fields.done();
}

/// The ARN of the queue that has this URL.
fn arn_of(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://sqs.")?.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    Some(format!("arn:aws:sqs:{}:{account}:{name}", host.strip_suffix(".amazonaws.com")?))
}

/// The name of the log group that the template describes.
pub(super) fn log_group(resource: &Resolved<'_>, findings: &Findings) -> Option<String> {
    let mut fields = resource.fields("AWS::Logs::LogGroup", findings)?;
    fields.text("LogGroupName");
    // <https://github.com/hashicorp/terraform/issues/10739>
    if resource.name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws/")) {
        let message = "Log groups starting with AWS/ are reserved for AWS.".to_string();
        let refusal =
            ServiceRefusal { service: "CloudWatchLogs", status: 400, code: "InvalidParameterException", message };
        fields.refuse_creation("LogGroupName", &refusal, Some("the groups of AWS's services begin with /aws/"));
    }
    fields.one_of("RetentionInDays", RETENTION_DAYS);
    fields.done();
    Some(resource.name.clone())
}
