//! Event source mappings: a function's subscription to a table's stream, written as an event or as a resource.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>

use std::time::Duration;

use serde_json::Value as Json;

use super::Resolved;
use super::event_invoke;
use super::fields::Fields;
use super::finding::{Findings, Position, suggestion};
use super::functions::named;
use super::kinds;
use stack::DestinationKind;
use stack::{Bucket, EventSourceMapping, Function, Queue, Table, refused_source, stream_arn};

/// A mapping as read, before it is known whether its stream and its destination exist.
#[derive(Debug)]
pub(super) struct Subscription {
    mapping: EventSourceMapping,
    /// The stream's ARN.
    stream: String,
    /// The queue that SAM lets the function's role write to, because the destination says `Type: SQS`.
    pub(super) writable_queue: Option<String>,
    /// Where the stream is named, and where the destination is.
    source: (Position, String),
    destination: (Position, String),
}

/// A function's event of type `DynamoDB`.
pub(super) fn of_event(fields: Fields<'_>, function: &str, logical_id: &str) -> Option<Subscription> {
    read(fields, "Stream", function, logical_id)
}

/// A resource of type `AWS::Lambda::EventSourceMapping`.
pub(super) fn of_resource(
    resource: &Resolved<'_>,
    functions: &[Function],
    findings: &Findings,
) -> Option<Subscription> {
    let mut fields = resource.fields("AWS::Lambda::EventSourceMapping", findings)?;
    fields.required(&["FunctionName"]);
    let name = named(&mut fields, functions).map(|function| function.name.clone()).unwrap_or_default();
    read(fields, "EventSourceArn", &name, &resource.resource.id)
}

fn read(mut fields: Fields<'_>, source: &'static str, function: &str, logical_id: &str) -> Option<Subscription> {
    let stream = fields.text(source);
    // What else such a mapping has is for its source to ask for.
    if let Some(why) = stream.as_deref().and_then(refused_source) {
        fields.lack(source, why);
        return None;
    }
    fields.required(&[source, "StartingPosition"]);
    let position = fields.one_of("StartingPosition", &["LATEST", "TRIM_HORIZON"]);
    let batch_size = fields.number("BatchSize", 1..=10_000).unwrap_or(100);
    let window = fields.number("MaximumBatchingWindowInSeconds", 0..=300).unwrap_or(0);
    let retries = fields.number("MaximumRetryAttempts", -1..=10_000i64).unwrap_or(-1);
    let age = fields.number("MaximumRecordAgeInSeconds", -1..=604_800i64).unwrap_or(-1);
    if (0..60).contains(&age) {
        fields.report("MaximumRecordAgeInSeconds", "must be -1 (until the stream drops the record) or 60 to 604800");
    }
    let bisect = fields.boolean("BisectBatchOnFunctionError").unwrap_or(false);
    let parallel = fields.number("ParallelizationFactor", 1..=10).unwrap_or(1);
    let report_batch_item_failures = response_types(&mut fields);
    let filters = filters(&mut fields);
    let (on_failure, writable_queue) = destination(&mut fields);
    let event_count_metrics = metrics(&mut fields);
    let enabled = fields.boolean("Enabled").unwrap_or(true);
    let mut at = |name| (fields.node(name).map_or(fields.position, |node| node.position), fields.at(name));
    let (source, destination) = (at(source), at("DestinationConfig"));
    fields.done();
    let mapping = EventSourceMapping {
        logical_id: logical_id.to_string(),
        uuid: String::new(),
        table: String::new(),
        function: function.to_string(),
        batch_size,
        maximum_batching_window: Duration::from_secs(window),
        from_trim_horizon: position? == "TRIM_HORIZON",
        maximum_retry_attempts: u32::try_from(retries).ok(),
        maximum_record_age: u64::try_from(age).ok().map(Duration::from_secs),
        bisect_batch_on_function_error: bisect,
        parallelization_factor: parallel,
        report_batch_item_failures,
        filters,
        on_failure,
        event_count_metrics,
        enabled,
    };
    Some(Subscription { mapping, stream: stream?, writable_queue, source, destination })
}

fn response_types(fields: &mut Fields<'_>) -> bool {
    let types = fields.texts("FunctionResponseTypes").unwrap_or_default();
    for kind in &types {
        if kind != "ReportBatchItemFailures" {
            let message = format!("{kind:?} is not supported; {}", suggestion(kind, ["ReportBatchItemFailures"]));
            fields.lack("FunctionResponseTypes", message);
        }
    }
    !types.is_empty()
}

fn metrics(fields: &mut Fields<'_>) -> bool {
    let Some(mut config) = fields.fields("MetricsConfig", "MetricsConfig") else { return false };
    let groups = config.texts("Metrics").unwrap_or_default();
    for group in groups.iter().filter(|group| *group != "EventCount") {
        config.lack("Metrics", format!("{group:?} is not supported; {}", suggestion(group, ["EventCount"])));
    }
    config.done();
    !groups.is_empty()
}

fn filters(fields: &mut Fields<'_>) -> Vec<String> {
    let Some(mut criteria) = fields.fields("FilterCriteria", "FilterCriteria") else { return Vec::new() };
    let mut patterns = Vec::new();
    for mut filter in criteria.list_of_fields("Filters", "FilterCriteria.Filter") {
        filter.required(&["Pattern"]);
        if let Some(pattern) = filter.text("Pattern") {
            if !matches!(serde_json::from_str(&pattern), Ok(Json::Object(_))) {
                filter.report("Pattern", "Invalid filter pattern definition. It must be a JSON object, as text");
            }
            patterns.push(pattern);
        }
        filter.done();
    }
    if patterns.len() > 5 {
        criteria.report("Filters", "a mapping has at most 5 filters");
    }
    criteria.done();
    patterns
}

fn destination(fields: &mut Fields<'_>) -> (Option<String>, Option<String>) {
    let Some(mut config) = fields.fields("DestinationConfig", "DestinationConfig") else { return (None, None) };
    let mut result = (None, None);
    if let Some(mut on_failure) = config.fields("OnFailure", "DestinationConfig.OnFailure") {
        on_failure.required(&["Destination"]);
        // SAM knows SNS here too, which the local cloud has not, and has no type for a bucket.
        let kind = on_failure.one_of("Type", &["SQS"]);
        let arn = on_failure.text("Destination");
        match arn.as_deref().map(DestinationKind::of) {
            Some(Err(message)) => on_failure.lack("Destination", message),
            Some(Ok(DestinationKind::Function)) => {
                on_failure
                    .report("Destination", "must be a queue or a bucket: a stream's failures cannot go to a function");
            }
            Some(Ok(DestinationKind::Queue | DestinationKind::Bucket)) | None => {}
        }
        result = (arn.clone(), arn.filter(|_| kind.is_some()));
        on_failure.done();
    }
    config.done();
    result
}

/// The mappings whose stream and destination exist; the others are reported.
pub(super) fn connected(
    subscriptions: Vec<Subscription>,
    tables: &[Table],
    queues: &[Queue],
    buckets: &[Bucket],
    findings: &Findings,
) -> Vec<EventSourceMapping> {
    let mut mappings: Vec<EventSourceMapping> = Vec::new();
    for Subscription { mut mapping, stream, source, destination, .. } in subscriptions {
        let (position, place) = &source;
        let Some(table) = tables.iter().find(|table| stream_arn(&table.name) == stream) else {
            let message = format!("Stream not found: {stream}; write !GetAtt YourTable.StreamArn");
            findings.lack(*position, place, message);
            continue;
        };
        if let Some(arn) = &mapping.on_failure
            && matches!(DestinationKind::of(arn), Ok(DestinationKind::Queue | DestinationKind::Bucket))
            && !event_invoke::exists(arn, queues, buckets)
        {
            let what = if DestinationKind::of(arn) == Ok(DestinationKind::Bucket) { "bucket" } else { "queue" };
            let message = format!("{arn} is not a {what} of this template; write !GetAtt YourQueue.Arn");
            findings.lack(destination.0, &destination.1, message);
        }
        mapping.table.clone_from(&table.name);
        mapping.uuid = kinds::mapping_uuid(&mapping.table, &mapping.function);
        if let Some(twin) = mappings.iter().find(|other| other.uuid == mapping.uuid) {
            findings.report(*position, place, twin.already_exists(&stream));
            continue;
        }
        mappings.push(mapping);
    }
    mappings
}
