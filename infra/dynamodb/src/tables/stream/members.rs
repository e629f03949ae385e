//! What the stream operations ask of their members before any stream is looked up: types, lengths, values.
//!
//! An open stream's calls go to the engine and a closed one's do not, so both are judged here, in one set of words.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html>

use std::ops::RangeInclusive;

use serde_json::Value;
use stack::constraint;

use crate::tables::validation::one_of;

/// The serialization's refusal, which has its own key for its message.
pub(in crate::tables) const SERIALIZATION: &str = "com.amazon.coral.service#SerializationException";
/// How long an ARN of a stream is.
const ARN: Bound = Bound::Length(37..=1024);
/// How long the id of a shard is.
const SHARD_ID: RangeInclusive<usize> = 28..=65;
/// The kinds of iterators.
const ITERATOR_TYPES: [&str; 4] = ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"];

/// One member of a request: its name, and what its value keeps to.
struct Member {
    name: &'static str,
    is_required: bool,
    bound: Bound,
}

enum Bound {
    /// A text of so many characters.
    Length(RangeInclusive<usize>),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number.
    Number(RangeInclusive<i64>),
}

const fn required(name: &'static str, bound: Bound) -> Member {
    Member { name, is_required: true, bound }
}

const fn optional(name: &'static str, bound: Bound) -> Member {
    Member { name, is_required: false, bound }
}

const DESCRIBE_STREAM: [Member; 3] = [
    required("StreamArn", ARN),
    optional("Limit", Bound::Number(1..=100)),
    optional("ExclusiveStartShardId", Bound::Length(SHARD_ID)),
];
const GET_RECORDS: [Member; 2] =
    [required("ShardIterator", Bound::Length(1..=2048)), optional("Limit", Bound::Number(1..=1000))];
const GET_SHARD_ITERATOR: [Member; 4] = [
    required("StreamArn", ARN),
    required("ShardId", Bound::Length(SHARD_ID)),
    required("ShardIteratorType", Bound::OneOf(&ITERATOR_TYPES)),
    optional("SequenceNumber", Bound::Length(21..=40)),
];
const LIST_STREAMS: [Member; 2] = [optional("Limit", Bound::Number(1..=100)), optional("ExclusiveStartStreamArn", ARN)];

fn members(operation: &str) -> &'static [Member] {
    match operation {
        "DescribeStream" => &DESCRIBE_STREAM,
        "GetRecords" => &GET_RECORDS,
        "GetShardIterator" => &GET_SHARD_ITERATOR,
        "ListStreams" => &LIST_STREAMS,
        _ => &[],
    }
}

/// The message of a `SerializationException`, where a member's value is of another type than its own.
pub(in crate::tables) fn mistyped(operation: &str, request: &Value) -> Option<String> {
    members(operation).iter().find_map(|member| {
        let (class, is_of_it) = match member.bound {
            Bound::Number(_) => ("Integer", Value::is_number as fn(&Value) -> bool),
            _ => ("String", Value::is_string as fn(&Value) -> bool),
        };
        let value = &request[member.name];
        if value.is_null() || is_of_it(value) { None } else { Some(conversion(value, class)) }
    })
}

/// What the service says of a value that should be one of `class`.
pub(in crate::tables) fn conversion(value: &Value, class: &str) -> String {
    let token = match value {
        Value::Array(_) => return format!("Unrecognized collection type class java.lang.{class}"),
        Value::Object(_) => return "Start of structure or map found where not expected".to_string(),
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    format!("{token} cannot be converted to {class}")
}

/// The message of the `ValidationException` that is due to a request by itself.
pub(in crate::tables) fn refusal(operation: &str, request: &Value) -> Option<String> {
    let violations: Vec<String> =
        members(operation).iter().filter_map(|member| violation(member, &request[member.name])).collect();
    if !violations.is_empty() {
        return Some(constraint::message(&violations));
    }
    let mut arns = ["StreamArn", "ExclusiveStartStreamArn"].iter().filter_map(|name| request[*name].as_str());
    let no_arn = arns.find(|arn| !(arn.starts_with("arn:") && arn.contains("/stream/")));
    no_arn.map(|arn| format!("Invalid StreamArn: {arn}")).or_else(|| in_shard_filter(&request["ShardFilter"]))
}

fn violation(member: &Member, value: &Value) -> Option<String> {
    let mut letters = member.name.chars();
    let place: String = letters.next().iter().flat_map(|first| first.to_lowercase()).chain(letters).collect();
    if value.is_null() {
        return member.is_required.then(|| constraint::violation("null", &place, "not be null"));
    }
    let (shown, bound) = match &member.bound {
        Bound::Length(range) => (value.as_str()?, outside(&value.as_str()?.chars().count(), range, "length")?),
        Bound::OneOf(known) => (value.as_str().filter(|value| !known.contains(value))?, one_of(known)),
        Bound::Number(range) => {
            let bound = outside(&value.as_i64()?, range, "value")?;
            return Some(constraint::violation(&format!("'{value}'"), &place, &bound));
        }
    };
    Some(constraint::violation(&format!("'{shown}'"), &place, &bound))
}

/// What a number that is not in `range` must be.
fn outside<N: PartialOrd + std::fmt::Display>(number: &N, range: &RangeInclusive<N>, of: &str) -> Option<String> {
    if number < range.start() {
        return Some(format!("have {of} greater than or equal to {}", range.start()));
    }
    (number > range.end()).then(|| format!("have {of} less than or equal to {}", range.end()))
}

/// Which shards are described: all, or the children of one.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ShardFilter.html>
fn in_shard_filter(filter: &Value) -> Option<String> {
    filter.as_object()?;
    let missing = |name: &str| Some(constraint::refusal("null", &format!("shardFilter.{name}"), "not be null"));
    match (filter["Type"].as_str(), filter["ShardId"].as_str()) {
        (None, _) => missing("type"),
        (_, None) => missing("shardId"),
        (Some("CHILD_SHARDS"), Some(id)) => {
            let bound = outside(&id.chars().count(), &SHARD_ID, "length")?;
            Some(constraint::refusal(&format!("'{id}'"), "shardFilter.shardId", &bound))
        }
        (Some(other), _) => {
            Some(constraint::refusal(&format!("'{other}'"), "shardFilter.type", &one_of(&["CHILD_SHARDS"])))
        }
    }
}
