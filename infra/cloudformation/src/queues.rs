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
    fields.text("QueueName");
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if resource.name.is_empty() || resource.name.len() > 80 || !resource.name.chars().all(legal) {
        // SQS's own words.
        let message = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
        fields.report("QueueName", format!("{:?}: {message}", resource.name));
    }
    if fields.boolean("FifoQueue") == Some(true) {
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
