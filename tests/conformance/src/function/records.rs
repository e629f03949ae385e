//! The records of a stream event, by the names that cases give them.
//!
//! A case calls its records `s1`, `s2`, … because nobody knows their sequence numbers beforehand. A record has the name that one of
//! its keys holds as a string.

use serde_json::{Map, Value};

/// The sequence number of the record called `name`.
pub(super) fn named<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    let keys = |record: &Value| record["dynamodb"]["Keys"].as_object().cloned().unwrap_or_default();
    let record = records(event).find(|record| keys(record).values().any(|key| key["S"] == name))?;
    record["dynamodb"]["SequenceNumber"].as_str()
}

/// The sequence numbers of the records that meet all `conditions`, each a path below `dynamodb` and its value.
pub(super) fn matching<'a>(event: &'a Value, conditions: &Map<String, Value>) -> Vec<&'a str> {
    let meets = |record: &&Value| {
        conditions.iter().all(|(path, value)| {
            let pointer = format!("/dynamodb/{}", path.replace('.', "/"));
            record.pointer(&pointer) == Some(value)
        })
    };
    records(event).filter(meets).filter_map(|record| record["dynamodb"]["SequenceNumber"].as_str()).collect()
}

/// `reply` with every `itemIdentifier` that is a record's name replaced by the record's sequence number.
pub(super) fn with_sequence_numbers(reply: &Value, event: &Value) -> Value {
    let mut reply = reply.clone();
    let failures = reply.get_mut("batchItemFailures").and_then(Value::as_array_mut);
    for failure in failures.into_iter().flatten() {
        let sequence_number = failure["itemIdentifier"].as_str().and_then(|name| named(event, name));
        if let Some(sequence_number) = sequence_number {
            failure["itemIdentifier"] = Value::from(sequence_number);
        }
    }
    reply
}

fn records(event: &Value) -> impl Iterator<Item = &Value> {
    event["Records"].as_array().into_iter().flatten()
}
