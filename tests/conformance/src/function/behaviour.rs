//! What a function does, and how `given.lambda` says it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::case::{Inexpressible, only_known, typed};

/// What a function does when it is invoked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Behaviour {
    /// How long it takes before anything else, in seconds.
    pub sleep_seconds: f64,
    /// And then.
    pub act: Act,
}

/// How an invocation ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// This reply.
    Returns(Value),
    /// One reply after the other, the last one for ever.
    ReturnsInOrder(Vec<Value>),
    /// A reply of that many bytes.
    ReturnsBytes(usize),
    /// The event.
    Echoes,
    /// The event as the body of a proxy reply.
    EchoesAsReply,
    /// An error with this description.
    Fails(Value),
    /// An error if a record with this name is in the batch, and success otherwise.
    FailsIfBatchContains(String),
    /// A partial batch response with the records that meet all conditions: `NewImage.should_fail.BOOL` and its value.
    ReportsFailedRecords(Map<String, Value>),
    /// The process ends with this code while the invocation runs.
    Exits(u8),
    /// The process ends with this code before it asks for an invocation.
    ExitsAtStart(u8),
    /// The process reports this error and ends before it asks for an invocation.
    FailsInit(Value),
    /// It prints where its Runtime API is and asks for nothing: somebody else makes its calls.
    TellsRuntimeApi,
    /// It calls an AWS service (`dynamodb`) before it replies.
    Calls(String),
}

/// Keys of `given.lambda` that are about the function's configuration rather than about what it does.
const CONFIGURATION: [&str; 5] = ["timeout_seconds", "reserved_concurrency", "permission", "runtime", "throttled"];
const ACTS: [&str; 14] = [
    "returns",
    "returns_in_order",
    "response_bytes",
    "echo_event",
    "function_error",
    "throws",
    "throws_if_batch_contains",
    "returns_failed_sequence_numbers_where",
    "exits_with",
    "bootstrap_exits_with",
    "init_error",
    "calls",
    "tells_runtime_api",
    "sleep_seconds",
];

impl Behaviour {
    /// What `given.lambda` says. `proxied` decides what an echo is, and what a function does about which the case says nothing: it
    /// answers with success.
    pub fn of(given: &Map<String, Value>, proxied: bool) -> Result<Behaviour, Inexpressible> {
        let known: Vec<&str> = ACTS.iter().chain(&CONFIGURATION).copied().collect();
        only_known("given.lambda", given, &known)?;
        let sleep_seconds = match given.get("sleep_seconds") {
            None => 0.0,
            Some(seconds) => typed("given.lambda.sleep_seconds", seconds)?,
        };
        let mut acts = given.iter().filter(|(key, _)| ACTS.contains(&key.as_str()) && *key != "sleep_seconds");
        let act = match acts.next() {
            None if proxied => Act::Returns(json!({ "statusCode": 200 })),
            None => Act::Returns(Value::Null),
            Some((key, value)) => Act::of(key, value, proxied)?,
        };
        match acts.next() {
            None => Ok(Behaviour { sleep_seconds, act }),
            Some((key, _)) => Err(Inexpressible::new(format_args!("given.lambda.{key} together with another outcome"))),
        }
    }
}

impl Act {
    fn of(key: &str, value: &Value, proxied: bool) -> Result<Act, Inexpressible> {
        let place = format!("given.lambda.{key}");
        Ok(match key {
            "returns" => Act::Returns(value.clone()),
            "returns_in_order" => Act::ReturnsInOrder(typed(&place, value)?),
            "response_bytes" => Act::ReturnsBytes(typed(&place, value)?),
            "echo_event" if proxied => Act::EchoesAsReply,
            "echo_event" => Act::Echoes,
            "function_error" => Act::Fails(value.clone()),
            "throws" => Act::Fails(json!({ "errorType": value, "errorMessage": value })),
            "throws_if_batch_contains" => Act::FailsIfBatchContains(typed(&place, value)?),
            "returns_failed_sequence_numbers_where" => Act::ReportsFailedRecords(typed(&place, value)?),
            "exits_with" => Act::Exits(typed(&place, value)?),
            "bootstrap_exits_with" => Act::ExitsAtStart(typed(&place, value)?),
            "tells_runtime_api" => Act::TellsRuntimeApi,
            "init_error" => Act::FailsInit(value.clone()),
            "calls" => Act::Calls(typed(&place, value)?),
            other => return Err(Inexpressible::new(format_args!("given.lambda.{other}"))),
        })
    }
}
