//! A table's stream, read as `DescribeStream`, `GetShardIterator` and `GetRecords` would, without HTTP.
//!
//! The engine keeps one shard a table. A position is a sequence number: decimal text that sorts by length, then by letters.

pub(super) mod api;
pub(super) mod closed;
pub(super) mod members;
pub(super) mod view;

use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use serde_json::{Map, Value, json};

use super::{CallError, Tables};
use stack::{REGION, stream_arn};

/// The most records of one `GetRecords`.
const MOST_RECORDS: usize = 1000;

/// One shard's records from a place on.
#[derive(Debug, Clone)]
pub struct Shard {
    /// The shard's id.
    pub id: String,
    table: String,
}

/// What one `GetRecords` gives.
#[derive(Debug)]
pub struct GetRecordsOutput {
    /// The records that tell of a change, as a function receives them.
    pub records: Vec<Value>,
    /// How many were read; the service has no record of a write that changes nothing, and the engine has.
    pub count: usize,
    /// The iterator for what comes after them.
    pub next_shard_iterator: String,
}

/// Where to start to read.
#[derive(Debug, Clone, Copy)]
pub enum ShardIteratorType<'a> {
    /// The oldest record that is kept.
    TrimHorizon,
    /// Only what is written from now on.
    Latest,
    /// The record after this sequence number.
    After(&'a str),
}

impl Tables {
    /// The one shard of `table`'s stream.
    pub fn shard(&self, table: &str) -> Result<Shard, CallError> {
        let request = DescribeStreamRequest { stream_arn: stream_arn(table), ..DescribeStreamRequest::default() };
        let stream = self.database().describe_stream(request).map_err(refused)?.stream_description;
        let shard = stream.shards.into_iter().next();
        let id = shard
            .map(|shard| shard.shard_id)
            .ok_or_else(|| CallError::Unreadable("the stream has no shard".to_string()))?;
        Ok(Shard { id, table: table.to_string() })
    }

    /// An iterator to read `shard` from a place on.
    pub fn shard_iterator(&self, shard: &Shard, from: ShardIteratorType<'_>) -> Result<String, CallError> {
        let (shard_iterator_type, sequence_number) = match from {
            ShardIteratorType::TrimHorizon => ("TRIM_HORIZON", None),
            ShardIteratorType::Latest => ("LATEST", None),
            ShardIteratorType::After(sequence_number) => ("AFTER_SEQUENCE_NUMBER", Some(sequence_number.to_string())),
        };
        let request = GetShardIteratorRequest {
            stream_arn: stream_arn(&shard.table),
            shard_id: shard.id.clone(),
            shard_iterator_type: shard_iterator_type.to_string(),
            sequence_number,
        };
        let iterator = self.database().get_shard_iterator(request).map_err(refused)?.shard_iterator;
        iterator.ok_or_else(|| CallError::Unreadable("the shard is closed".to_string()))
    }

    /// At most `limit` records from `iterator` on.
    pub fn records(&self, shard: &Shard, iterator: &str, limit: usize) -> Result<GetRecordsOutput, CallError> {
        let request = GetRecordsRequest { shard_iterator: iterator.to_string(), limit: Some(limit) };
        let answer = self.database().get_records(request).map_err(refused)?;
        let arn = stream_arn(&shard.table);
        let records: Result<Vec<Value>, serde_json::Error> = answer.records.iter().map(serde_json::to_value).collect();
        let records = records.map_err(|error| CallError::Unreadable(error.to_string()))?;
        let view_type = self.view_type(&shard.table);
        let records = records.into_iter().filter(changes);
        let records = records.map(|record| as_delivered(record, view_type.as_deref(), &arn)).collect();
        let next_shard_iterator = answer.next_shard_iterator.unwrap_or_else(|| iterator.to_string());
        Ok(GetRecordsOutput { records, count: answer.records.len(), next_shard_iterator })
    }
}

/// The table of the stream with this ARN.
pub(super) fn table_of_arn(arn: &str) -> Option<&str> {
    arn.split_once(":table/")?.1.split('/').next()
}

/// The id that the engine gives the one shard of the stream of `table`.
pub(super) fn engines_shard_id(table: &str) -> String {
    format!("shardId-00000001-{table}")
}

fn refused(error: dynoxide::DynoxideError) -> CallError {
    CallError::Refused { error_type: "StreamError".to_string(), message: error.to_string() }
}

/// Whether a record tells of a change. The engine records every write; the service only those that change an item.
fn changes(record: &Value) -> bool {
    let image = |name: &str| record["dynamodb"].get(name);
    let same = image("OldImage").zip(image("NewImage")).is_some_and(|(old, new)| old == new);
    !(same && record["eventName"] == "MODIFY")
}

/// The engine's record as the event source mapping hands it on: with the ARN of its stream.
fn as_delivered(record: Value, view_type: Option<&str>, stream_arn: &str) -> Value {
    let mut record = as_read(record, view_type);
    record["eventSourceARN"] = json!(stream_arn);
    record
}

/// The engine's record with our region, what its view type shows, and the service's way to count bytes.
fn as_read(mut record: Value, view_type: Option<&str>) -> Value {
    if let Some(view_type) = view_type {
        view::show(&mut record, view_type);
    }
    record["awsRegion"] = json!(REGION);
    let images = &mut record["dynamodb"];
    let size: usize =
        ["Keys", "NewImage", "OldImage"].iter().filter_map(|image| images.get(image)?.as_object()).map(item_size).sum();
    images["SizeBytes"] = json!(size);
    if let Some(seconds) = images["ApproximateCreationDateTime"].as_f64() {
        // The engine keeps whole seconds; a float without a fraction is written as AWS writes it, an integer.
        #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
        let whole = seconds as i64;
        images["ApproximateCreationDateTime"] = json!(whole);
    }
    record
}

/// An item's size as DynamoDB counts it: the bytes of its attribute names and values.
pub fn item_size(item: &Map<String, Value>) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|fields| fields.iter().next()) else { return 0 };
    let texts = |sized: fn(&str) -> usize| {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(sized).sum::<usize>()
    };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(number)) => number_size(number),
        ("B", Value::String(base64)) => binary_size(base64),
        ("BOOL" | "NULL", _) => 1,
        ("SS", _) => texts(str::len),
        ("NS", _) => texts(number_size),
        ("BS", _) => texts(binary_size),
        // A list or map costs three bytes, and one for each element.
        ("L", Value::Array(elements)) => 3 + elements.iter().map(|element| 1 + value_size(element)).sum::<usize>(),
        ("M", Value::Object(fields)) => 3 + fields.len() + item_size(fields),
        _ => 0,
    }
}

/// About half a byte a significant digit, and one.
fn number_size(number: &str) -> usize {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    let significant = if number.contains('.') { significant } else { significant.trim_end_matches('0') };
    let sign = usize::from(number.starts_with('-'));
    significant.len().div_ceil(2) + 1 + sign
}

pub(super) fn binary_size(base64: &str) -> usize {
    let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
    (base64.len() / 4 * 3).saturating_sub(padding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stack::Table;

    #[tokio::test]
    async fn writes_that_change_nothing_count_and_are_not_records() {
        for view_type in super::super::validation::VIEW_TYPES {
            writes_that_change_nothing(view_type).await;
        }
    }

    async fn writes_that_change_nothing(view_type: &str) {
        let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": view_type } });
        let table = Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute: None };
        let tables = Tables::open(None, &[table]).await.unwrap();
        for key in ["a", "a", "a", "b"] {
            let item = json!({ "TableName": "board", "Item": { "pk": { "S": key } } });
            tables.call("PutItem", &item).await.unwrap();
        }
        let shard = tables.shard("board").unwrap();
        let mut iterator = tables.shard_iterator(&shard, ShardIteratorType::TrimHorizon).unwrap();
        let mut reads = Vec::new();
        for limit in [1, 2, 2] {
            let GetRecordsOutput { records, count, next_shard_iterator } =
                tables.records(&shard, &iterator, limit).unwrap();
            for record in &records {
                let images = &record["dynamodb"];
                assert_eq!(images["StreamViewType"], view_type);
                assert_eq!(images.get("NewImage").is_some(), view_type.starts_with("NEW"), "{record}");
                assert_eq!(images.get("OldImage"), None, "nothing was there before: {record}");
            }
            let keys = records.iter().map(|record| record["dynamodb"]["Keys"]["pk"]["S"].to_string());
            reads.push((count, keys.collect::<Vec<_>>().concat()));
            iterator = next_shard_iterator;
        }
        // A reader that took the second read for the end of the stream would leave the last record there.
        assert_eq!(reads, [(1, "\"a\"".to_string()), (2, String::new()), (1, "\"b\"".to_string())]);
    }
}
