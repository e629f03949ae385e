//! A stream that was switched off: its one shard is closed, and what it holds can still be read.
//!
//! The engine keeps the records and their label, and refuses to describe the stream. So descriptions and iterators of such a stream
//! are made here, in the engine's form; the records are the engine's to give.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>

use bytes::Bytes;
use dynoxide::TableMetadata;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::actions::list_tables::ListTablesRequest;
use http::Response;
use serde_json::{Value, json};

use super::api::FIRST_SEQUENCE_NUMBER;
use super::{MOST_RECORDS, engines_shard_id, table_of_arn};
use crate::tables::{Tables, answered, refused};
use stack::{STREAM_LABEL, stream_arn};

/// What a sequence number is above the position that an iterator of the engine has.
const POSITION_ZERO: u128 = 100_000_000_000_000_000_000;

/// Whether the table had a stream and has none now.
pub(in crate::tables) fn is_closed(table: &TableMetadata) -> bool {
    !table.stream_enabled && table.stream_label.is_some()
}

impl Tables {
    /// The answer to a call of `operation` about a stream that was switched off, where the engine would refuse it; none of others.
    pub(in crate::tables) fn of_closed_stream(&self, operation: &str, request: &Value) -> Option<Response<Bytes>> {
        if !["DescribeStream", "GetShardIterator"].contains(&operation) {
            return None;
        }
        let table = table_of_arn(request["StreamArn"].as_str()?)?;
        let table = self.metadata(table).filter(is_closed)?;
        match operation {
            "DescribeStream" => Some(answered(&self.description(&table))),
            _ => Some(self.iterator(&table, request)),
        }
    }

    fn description(&self, table: &TableMetadata) -> Value {
        let last = self.last_sequence_number(&table.table_name);
        json!({ "StreamDescription": {
            "StreamArn": stream_arn(&table.table_name),
            "StreamLabel": STREAM_LABEL,
            "StreamStatus": "DISABLED",
            "StreamViewType": table.stream_view_type,
            "CreationRequestDateTime": table.created_at,
            "TableName": table.table_name,
            "Shards": [{
                "ShardId": engines_shard_id(&table.table_name),
                "SequenceNumberRange": { "EndingSequenceNumber": last.unwrap_or_else(|| FIRST_SEQUENCE_NUMBER.to_string()) },
            }],
        } })
    }

    fn iterator(&self, table: &TableMetadata, request: &Value) -> Response<Bytes> {
        let position_of = |sequence_number: &str| {
            let stored = sequence_number.parse::<u128>().ok()?.checked_sub(POSITION_ZERO)?;
            i64::try_from(stored).ok().filter(|stored| *stored > 0)
        };
        let given = request["SequenceNumber"].as_str();
        let at = || {
            given.map_or(Err("One or more parameter values were invalid: SequenceNumber cannot be null"), |given| {
                position_of(given).ok_or("Invalid SequenceNumber for the shard")
            })
        };
        let position = match (request["ShardIteratorType"].as_str().unwrap_or_default(), given) {
            ("TRIM_HORIZON" | "LATEST", Some(_)) => Err(
                "One or more parameter values were invalid: SequenceNumber should not be passed for this iterator type",
            ),
            ("TRIM_HORIZON", None) => Ok(0),
            // Nothing comes after what a closed shard holds.
            ("LATEST", None) => Ok(i64::MAX),
            ("AT_SEQUENCE_NUMBER", _) => at().map(|position| position - 1),
            // After one: no other type comes as far as this.
            _ => at(),
        };
        match position {
            Ok(position) => {
                let shard = engines_shard_id(&table.table_name);
                answered(&json!({ "ShardIterator": encode_shard_iterator(&table.table_name, &shard, position) }))
            }
            Err(message) => {
                refused(&json!({ "__type": "com.amazon.coral.validate#ValidationException", "message": message }))
            }
        }
    }

    /// The sequence number of the last record that the stream of `table` has.
    fn last_sequence_number(&self, table: &str) -> Option<String> {
        let mut iterator = encode_shard_iterator(table, &engines_shard_id(table), 0);
        let mut last = None;
        loop {
            let request = GetRecordsRequest { shard_iterator: iterator, limit: Some(MOST_RECORDS) };
            let Ok(page) = self.database().get_records(request) else { return last };
            let Some(record) = page.records.into_iter().next_back() else { return last };
            last = Some(record.dynamodb.sequence_number);
            let Some(next) = page.next_shard_iterator else { return last };
            iterator = next;
        }
    }

    /// Lists the streams that were switched off beside those that the engine lists, all in the order of their tables' names.
    pub(in crate::tables) fn list_closed_streams(&self, request: &Value, answer: &mut Value) {
        let Some(streams) = answer["Streams"].as_array_mut() else { return };
        let names = match request["TableName"].as_str() {
            Some(name) => vec![name.to_string()],
            None => self.names_of_tables(),
        };
        let closed = names.iter().filter(|name| self.metadata(name).is_some_and(|table| is_closed(&table)));
        streams.extend(
            closed.map(|name| json!({ "StreamArn": stream_arn(name), "StreamLabel": STREAM_LABEL, "TableName": name })),
        );
        streams.sort_by(|one, other| one["TableName"].as_str().cmp(&other["TableName"].as_str()));
    }

    fn names_of_tables(&self) -> Vec<String> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let request = ListTablesRequest { exclusive_start_table_name: after, ..ListTablesRequest::default() };
            let Ok(page) = self.database().list_tables(request) else { return names };
            names.extend(page.table_names);
            match page.last_evaluated_table_name {
                Some(last) => after = Some(last),
                None => return names,
            }
        }
    }
}
