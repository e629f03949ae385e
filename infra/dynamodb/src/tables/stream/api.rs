//! DynamoDB Streams for clients: pages, shards and iterators as the service gives them.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dynoxide::TableMetadata;
use serde_json::{Value, json};

use super::closed::is_closed;
use super::{MOST_RECORDS, as_read, changes, engines_shard_id};
use crate::tables::own_shard_id;
use stack::stream_arn;

/// Where a shard begins. The engine's numbers begin after it, and no record has this one.
pub(super) const FIRST_SEQUENCE_NUMBER: &str = "100000000000000000001";
/// How many streams a page has, at most.
const PAGE: usize = 100;

/// What the engine is asked in the place of `request`, under its own ids; streams are paged here, by the ARNs that clients know.
pub(in crate::tables) fn asked(operation: &str, request: &mut Value) -> bool {
    let Some(fields) = request.as_object_mut() else { return false };
    match operation {
        "ListStreams" => {
            fields.remove("ExclusiveStartStreamArn");
            fields.remove("Limit");
            true
        }
        "GetRecords" => {
            let engines =
                fields.get("ShardIterator").and_then(Value::as_str).and_then(|given| given.rsplit('|').next());
            let Some(engines) = engines.map(str::to_string) else { return false };
            fields.insert("ShardIterator".into(), engines.into());
            true
        }
        "DescribeStream" | "GetShardIterator" => {
            let stream = fields.get("StreamArn").and_then(Value::as_str);
            let Some(engines) = stream.and_then(super::table_of_arn).map(engines_shard_id) else { return false };
            let own = own_shard_id(&engines);
            let mut changed = false;
            for name in ["ShardId", "ExclusiveStartShardId"] {
                // An id of some other stream stays what it is, and is refused as such.
                if let Some(id) = fields.get_mut(name).filter(|id| **id == own) {
                    *id = json!(engines);
                    changed = true;
                }
            }
            changed
        }
        _ => false,
    }
}

/// The engine's answer as the service gives it to `request`, which is as the client sent it. `table` is the one whose stream it is about.
pub(in crate::tables) fn complete(
    operation: &str,
    request: &Value,
    answer: &mut Value,
    table: Option<&TableMetadata>,
    view_type: Option<&str>,
) {
    match operation {
        "ListStreams" => page(request, answer),
        "DescribeStream" => describe(request, answer, table, view_type),
        "GetShardIterator" => {
            if let Some(engines) = answer["ShardIterator"].as_str() {
                answer["ShardIterator"] = json!(iterator(request["StreamArn"].as_str().unwrap_or_default(), engines));
            }
        }
        "GetRecords" => {
            let mut is_at_its_end = false;
            let most = request["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST_RECORDS);
            if let Some(Value::Array(records)) = answer.get_mut("Records") {
                is_at_its_end = records.len() < most && table.is_some_and(is_closed);
                let read = std::mem::take(records).into_iter().filter(changes);
                *records = read.map(|record| as_read(record, view_type)).collect();
            }
            if is_at_its_end {
                // The service leaves it out, where its documentation says that it is null.
                answer.as_object_mut().map(|fields| fields.remove("NextShardIterator"));
            } else if let Some((table, engines)) =
                answer["NextShardIterator"].as_str().and_then(|next| Some((table_of(next)?, next)))
            {
                answer["NextShardIterator"] = json!(iterator(&stream_arn(&table), engines));
            }
        }
        _ => {}
    }
}

/// An iterator begins with the stream that it is of.
fn iterator(stream: &str, engines: &str) -> String {
    format!("{stream}|1|{engines}")
}

/// The table that an iterator reads, the service's or the engine's, which is base64 of a JSON object.
pub(in crate::tables) fn table_of(iterator: &str) -> Option<String> {
    let decoded = BASE64_STANDARD.decode(iterator.rsplit('|').next()?).ok()?;
    let fields: Value = serde_json::from_slice(&decoded).ok()?;
    fields["table_name"].as_str().map(str::to_string)
}

fn page(request: &Value, answer: &mut Value) {
    let limit = request["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let Some(streams) = answer["Streams"].as_array_mut() else { return };
    if let Some(start) = request["ExclusiveStartStreamArn"].as_str().and_then(super::table_of_arn) {
        // They are in the order of their tables' names, so a page begins in the right place although the last one's stream is gone.
        streams.retain(|stream| stream["TableName"].as_str().is_some_and(|table| table > start));
    }
    let more = streams.len() > limit;
    streams.truncate(limit);
    let last = streams.last().map(|stream| stream["StreamArn"].clone());
    if let Some(last) = last.filter(|_| more) {
        answer["LastEvaluatedStreamArn"] = last;
    }
}

fn describe(request: &Value, answer: &mut Value, table: Option<&TableMetadata>, view_type: Option<&str>) {
    let description = &mut answer["StreamDescription"];
    if let Some(view_type) = view_type {
        description["StreamViewType"] = json!(view_type);
    }
    if let Some(key_schema) = table.and_then(|table| serde_json::from_str(&table.key_schema).ok()) {
        description["KeySchema"] = key_schema;
    }
    let is_closed = table.is_some_and(is_closed);
    let start = request["ExclusiveStartShardId"].as_str();
    let Some(shards) = description["Shards"].as_array_mut() else { return };
    // A stream has one shard, which is never split: nothing is its child.
    if request["ShardFilter"].is_object() {
        shards.clear();
    }
    shards.retain(|shard| start.is_none_or(|start| shard["ShardId"].as_str().is_some_and(|id| id > start)));
    for shard in shards {
        let range = &mut shard["SequenceNumberRange"];
        range["StartingSequenceNumber"] = json!(FIRST_SEQUENCE_NUMBER);
        // It is open as long as it has no end, and the engine gives every shard one.
        if !is_closed && let Some(range) = range.as_object_mut() {
            range.remove("EndingSequenceNumber");
        }
    }
}
