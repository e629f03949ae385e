//! `AWS::SQS::Queue` and `AWS::Logs::LogGroup`: small resources that functions write to.

use std::time::Duration;

use super::Resolved;
use super::finding::Findings;
use stack::Queue;

/// Days that a log group can be told to keep its lines.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTION_DAYS: &[&str] = &[
    "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827",
    "2192", "2557", "2922", "3288", "3653",
];

/// The queue that the template describes.
pub(super) fn queue(resource: &Resolved<'_>, findings: &Findings) -> Option<Queue> {
    let mut fields = resource.fields("AWS::SQS::Queue", findings)?;
    let is_named = fields.text("QueueName").is_some();
    let is_fifo = fields.boolean("FifoQueue") == Some(true);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    // A name that the template leaves out is made with the suffix. The messages are SQS's own words.
    let (stem, message) = match is_fifo && is_named {
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
        fields.report("QueueName", format!("{:?}: {message}", resource.name));
    }
    if is_fifo {
        fields.lack("FifoQueue", "the local cloud has standard queues only, and so have on-failure destinations");
    }
    let visibility = fields.number("VisibilityTimeout", 0..=43_200).unwrap_or(30);
    let retention = fields.number("MessageRetentionPeriod", 60..=1_209_600).unwrap_or(345_600);
    fields.done();
    Some(Queue {
        logical_id: resource.resource.id.clone(),
        name: resource.name.clone(),
        visibility_timeout: Duration::from_secs(visibility),
        message_retention_period: Duration::from_secs(retention),
    })
}

/// The name of the log group that the template describes.
pub(super) fn log_group(resource: &Resolved<'_>, findings: &Findings) -> Option<String> {
    let mut fields = resource.fields("AWS::Logs::LogGroup", findings)?;
    fields.text("LogGroupName");
    fields.one_of("RetentionInDays", RETENTION_DAYS);
    fields.done();
    Some(resource.name.clone())
}
