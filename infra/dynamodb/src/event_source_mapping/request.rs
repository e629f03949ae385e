//! What `CreateEventSourceMapping` and `UpdateEventSourceMapping` ask for, read into a mapping.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};

use super::refusal::MappingRefusal;
use stack::DestinationKind;
use stack::EventSourceMapping;
use stack::constraint;
use stack::event_pattern::{Filters, InvalidPattern};

/// The most patterns of one mapping, unless a quota says more.
const MOST_FILTERS: usize = 5;

/// What a mapping can have on AWS, and none can here.
const NOT_HERE: [&str; 13] = [
    "AmazonManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "KMSKeyArn",
    "LoggingConfig",
    "ProvisionedPollerConfig",
    "Queues",
    "ScalingConfig",
    "SelfManagedEventSource",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "StartingPositionTimestamp",
    "Tags",
    "Topics",
];

/// Refuses what the local cloud would only forget.
pub(super) fn not_here(request: &Map<String, Value>) -> Result<(), MappingRefusal> {
    let is_given = |value: &Value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match NOT_HERE.iter().find(|name| request.get(**name).is_some_and(is_given)) {
        None => Ok(()),
        Some(name) => {
            Err(MappingRefusal::invalid(format!("{name}: the local cloud's mappings do not have it; leave it out.")))
        }
    }
}

/// `StartingPosition` for the stream `arn`: whether it is the trim horizon.
pub(super) fn from_trim_horizon(request: &Map<String, Value>, arn: &str) -> Result<bool, MappingRefusal> {
    match request.get("StartingPosition").unwrap_or(&Value::Null) {
        // Lambda ends this sentence with a full stop, and no other of its kind.
        Value::Null => Err(MappingRefusal::invalid(constraint::refusal("null", "startingPosition", "not be null."))),
        Value::String(position) if position == "TRIM_HORIZON" => Ok(true),
        Value::String(position) if position == "LATEST" => Ok(false),
        Value::String(position) if position == "AT_TIMESTAMP" => {
            Err(MappingRefusal::invalid(format!("Unsupported starting position for arn type: {arn}")))
        }
        other => {
            let allowed = "satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]";
            Err(MappingRefusal::constraint("startingPosition", &quoted(other), allowed))
        }
    }
}

/// Changes `mapping` as `request` asks; what it leaves out stays.
pub(super) fn apply(request: &Map<String, Value>, mapping: &mut EventSourceMapping) -> Result<(), MappingRefusal> {
    if let Some(size) = number(request, "BatchSize", 1..=10_000)? {
        mapping.batch_size = u32::try_from(size).unwrap_or(u32::MAX);
    }
    if let Some(seconds) = number(request, "MaximumBatchingWindowInSeconds", 0..=300)? {
        mapping.maximum_batching_window = Duration::from_secs(seconds.unsigned_abs());
    }
    if let Some(retries) = number(request, "MaximumRetryAttempts", -1..=10_000)? {
        mapping.maximum_retry_attempts = u32::try_from(retries).ok();
    }
    if let Some(age) = number(request, "MaximumRecordAgeInSeconds", -1..=604_800)? {
        if (0..60).contains(&age) {
            let message = "Maximum record age must be -1, or between 60 and 604800 seconds.";
            return Err(MappingRefusal::invalid(message));
        }
        mapping.maximum_record_age = u64::try_from(age).ok().map(Duration::from_secs);
    }
    if let Some(factor) = number(request, "ParallelizationFactor", 1..=10)? {
        mapping.parallelization_factor = u32::try_from(factor).unwrap_or(1);
    }
    if number(request, "TumblingWindowInSeconds", 0..=900)?.is_some_and(|seconds| seconds > 0) {
        return Err(MappingRefusal::invalid(
            "TumblingWindowInSeconds: the local cloud has no tumbling windows; leave it out.",
        ));
    }
    if let Some(bisect) = boolean(request, "BisectBatchOnFunctionError")? {
        mapping.bisect_batch_on_function_error = bisect;
    }
    if let Some(enabled) = boolean(request, "Enabled")? {
        mapping.enabled = enabled;
    }
    if let Some(types) = request.get("FunctionResponseTypes").filter(|types| !types.is_null()) {
        mapping.report_batch_item_failures = response_types(types)?;
    }
    if let Some(criteria) = request.get("FilterCriteria").filter(|criteria| !criteria.is_null()) {
        mapping.filters = filters(criteria)?;
    }
    if let Some(config) = request.get("MetricsConfig").filter(|config| !config.is_null()) {
        mapping.event_count_metrics = metrics(config)?;
    }
    if let Some(config) = request.get("DestinationConfig").filter(|config| !config.is_null()) {
        mapping.on_failure = on_failure(config)?;
    }
    Ok(())
}

fn number(request: &Map<String, Value>, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, MappingRefusal> {
    let value = match request.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let member = member(name);
    let number = value.as_i64().ok_or_else(|| MappingRefusal::Validation(format!("{name} must be a whole number")))?;
    let bound = if number < *range.start() {
        format!("have value greater than or equal to {}", range.start())
    } else if number > *range.end() {
        format!("have value less than or equal to {}", range.end())
    } else {
        return Ok(Some(number));
    };
    Err(MappingRefusal::constraint(&member, &quoted(value), &bound))
}

fn boolean(request: &Map<String, Value>, name: &str) -> Result<Option<bool>, MappingRefusal> {
    match request.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(MappingRefusal::Validation(format!("{name} must be true or false"))),
    }
}

fn response_types(types: &Value) -> Result<bool, MappingRefusal> {
    let listed = types.as_array().map(Vec::as_slice).unwrap_or_default();
    match listed.iter().find(|kind| *kind != "ReportBatchItemFailures") {
        None => Ok(!listed.is_empty()),
        Some(_) => {
            let allowed = "satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]";
            Err(MappingRefusal::constraint("functionResponseTypes", &quoted(types), allowed))
        }
    }
}

fn metrics(config: &Value) -> Result<bool, MappingRefusal> {
    let groups = config.get("Metrics").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match groups.iter().find(|group| **group != "EventCount") {
        None => Ok(!groups.is_empty()),
        Some(_) => Err(MappingRefusal::invalid(
            "MetricsConfig: the local cloud has the metrics of the group EventCount; leave the others out.",
        )),
    }
}

fn filters(criteria: &Value) -> Result<Vec<String>, MappingRefusal> {
    let listed = criteria.get("Filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pattern = |filter: &Value| filter.get("Pattern").and_then(Value::as_str).map(str::to_string);
    let patterns = listed.iter().map(pattern).collect::<Option<Vec<String>>>().ok_or(InvalidPattern)?;
    if patterns.len() > MOST_FILTERS {
        return Err(MappingRefusal::invalid(format!("A mapping has at most {MOST_FILTERS} filters.")));
    }
    Filters::parse(&patterns)?;
    Ok(patterns)
}

fn on_failure(config: &Value) -> Result<Option<String>, MappingRefusal> {
    if config.get("OnSuccess").is_some_and(|on_success| on_success.get("Destination").is_some()) {
        return Err(MappingRefusal::invalid("A stream's mapping has no OnSuccess destination."));
    }
    let Some(arn) = config.pointer("/OnFailure/Destination").and_then(Value::as_str) else { return Ok(None) };
    match DestinationKind::of(arn).map_err(MappingRefusal::invalid)? {
        DestinationKind::Queue | DestinationKind::Bucket => Ok(Some(arn.to_string())),
        DestinationKind::Function => Err(MappingRefusal::invalid(format!(
            "{arn} is a function; a stream's mapping sends what failed to an SQS queue or an S3 bucket."
        ))),
    }
}

/// As the model spells a member: with a small first letter.
fn member(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase().to_string()).unwrap_or_default() + characters.as_str()
}

fn quoted(value: &Value) -> String {
    format!("'{}'", value.as_str().map_or_else(|| value.to_string(), str::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn applied(request: Value) -> Result<EventSourceMapping, String> {
        let mut mapping = EventSourceMapping::default();
        let request = request.as_object().cloned().unwrap_or_default();
        apply(&request, &mut mapping).map(|()| mapping).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn what_is_left_out_has_the_services_defaults() {
        assert_eq!(applied(json!({})), Ok(EventSourceMapping::default()));
        assert_eq!(
            applied(json!({ "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1 })),
            Ok(EventSourceMapping::default())
        );
    }

    #[test]
    fn a_value_outside_of_the_model_is_named_with_its_bound() {
        let too_large = "1 validation error detected: Value '10001' at 'batchSize' failed to satisfy constraint: Member must \
                         have value less than or equal to 10000";
        assert_eq!(applied(json!({ "BatchSize": 10_001 })), Err(too_large.to_string()));
        for (name, value) in [
            ("BatchSize", 0),
            ("MaximumRetryAttempts", -2),
            ("ParallelizationFactor", 11),
            ("MaximumBatchingWindowInSeconds", 301),
        ] {
            let refused = applied(json!({ name: value })).unwrap_err();
            assert!(refused.contains(&format!("Value '{value}' at '{}'", member(name))), "{refused}");
        }
        assert!(applied(json!({ "MaximumRecordAgeInSeconds": 59 })).is_err());
        assert!(applied(json!({ "MaximumRecordAgeInSeconds": 60 })).is_ok());
        assert!(applied(json!({ "BatchSize": "ten" })).is_err());
    }

    #[test]
    fn what_no_mapping_has_here_is_refused_by_name() {
        for name in NOT_HERE {
            let request = json!({ name: "x" });
            let refused = not_here(request.as_object().unwrap()).unwrap_err().to_string();
            assert!(refused.starts_with(&format!("{name}: the local cloud's mappings")), "{refused}");
            assert_eq!(not_here(json!({ name: [] }).as_object().unwrap()), Ok(()));
        }
    }

    #[test]
    fn a_destination_is_a_queue_or_a_bucket() {
        let to = |arn: &str| applied(json!({ "DestinationConfig": { "OnFailure": { "Destination": arn } } }));
        assert_eq!(to("arn:aws:s3:::bucket").unwrap().on_failure.as_deref(), Some("arn:aws:s3:::bucket"));
        assert!(to("arn:aws:sns:r:1:topic").unwrap_err().contains("no topics"));
        assert!(to("arn:aws:lambda:r:1:function:f").is_err());
        assert_eq!(applied(json!({ "DestinationConfig": { "OnFailure": {} } })).unwrap().on_failure, None);
    }

    #[test]
    fn starting_positions() {
        let of = |request: Value| {
            from_trim_horizon(request.as_object().unwrap(), "arn").map_err(|refusal| refusal.to_string())
        };
        assert_eq!(of(json!({ "StartingPosition": "LATEST" })), Ok(false));
        assert!(of(json!({})).unwrap_err().ends_with("Member must not be null."));
        assert_eq!(
            of(json!({ "StartingPosition": "AT_TIMESTAMP" })),
            Err("Unsupported starting position for arn type: arn".to_string())
        );
        assert!(of(json!({ "StartingPosition": "NOWHERE" })).unwrap_err().contains("enum value set"));
    }
}
