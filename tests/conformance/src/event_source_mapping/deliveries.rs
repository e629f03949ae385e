//! What a mapping's invocations add up to.

use std::collections::BTreeMap;

use local::lambda::InvocationRecord;
use serde_json::{Value, json};

use super::GivenUp;
use crate::observed::Observed;

/// One invocation as a stream's function sees it.
struct Batch {
    records: Vec<Value>,
    succeeded: bool,
}

/// All that can be said about the deliveries. Records go by the text of their `key` attribute.
pub(super) fn observed(invocations: &[InvocationRecord], key: &str, given_up: Option<GivenUp>) -> Observed {
    let batches: Vec<Batch> = invocations.iter().map(batch).collect();
    let names: Vec<Vec<String>> =
        batches.iter().map(|batch| batch.records.iter().map(|record| name(record, key)).collect()).collect();
    let event_names: Vec<&Value> =
        batches.iter().flat_map(|batch| &batch.records).map(|record| &record["eventName"]).collect();
    let mut deliveries: BTreeMap<&str, u64> = BTreeMap::new();
    for name in names.iter().flatten() {
        *deliveries.entry(name).or_default() += 1;
    }
    let event = invocations.first().and_then(|call| serde_json::from_slice(&call.event).ok());
    let observed = Observed { event, lambda_invoked: Some(!invocations.is_empty()), ..Observed::default() }
        .with("invocations", invocations.len())
        .with("event_names", json!(event_names))
        .with("deliveries", json!(deliveries))
        .with("deliveries_eventually", eventually(&batches, &names, given_up.as_ref()))
        .with("batch_result", batch_result(&names))
        .with("invocation_batches", json!(names));
    match given_up {
        None => observed.with("on_failure", Value::Null).with("s3_key", Value::Null),
        Some(GivenUp { message, s3_key }) => observed.with("on_failure", message).with("s3_key", s3_key),
    }
}

fn batch(invocation: &InvocationRecord) -> Batch {
    let event: Value = serde_json::from_slice(&invocation.event).unwrap_or_default();
    let records = event["Records"].as_array().cloned().unwrap_or_default();
    Batch { records, succeeded: invocation.outcome.function_error.is_none() }
}

fn name(record: &Value, key: &str) -> String {
    record["dynamodb"]["Keys"][key]["S"].as_str().unwrap_or_default().to_string()
}

/// What the first reply was taken for, which shows in what was delivered next.
fn batch_result(names: &[Vec<String>]) -> Value {
    let repeated = |batch: &Vec<String>, first: &Vec<String>| batch.iter().any(|name| first.contains(name));
    match names {
        [] => Value::Null,
        [first, rest @ ..] => match rest.iter().find(|batch| repeated(batch, first)) {
            None => json!("success"),
            Some(again) if again == first => json!("whole-batch-failure"),
            Some(_) => json!("partial-batch-failure"),
        },
    }
}

/// How each record ended: `ok` in an invocation that succeeded, `on_failure` at the destination.
fn eventually(batches: &[Batch], names: &[Vec<String>], given_up: Option<&GivenUp>) -> Value {
    let mut ends: BTreeMap<String, &str> = BTreeMap::new();
    let number = |text: &Value| text.as_str().and_then(|text| text.parse::<u128>().ok());
    let range = given_up.and_then(|given_up| {
        let info = &given_up.message["DDBStreamBatchInfo"];
        Some(number(&info["startSequenceNumber"])?..=number(&info["endSequenceNumber"])?)
    });
    for (batch, names) in batches.iter().zip(names) {
        for (record, name) in batch.records.iter().zip(names) {
            let place = number(&record["dynamodb"]["SequenceNumber"]);
            let lost = range.as_ref().zip(place).is_some_and(|(range, place)| range.contains(&place));
            if lost {
                ends.insert(name.clone(), "on_failure");
            } else if batch.succeeded {
                ends.insert(name.clone(), "ok");
            }
        }
    }
    json!(ends)
}
