//! `cargo workbook events`: the board's activity: requests, invocations, stream batches, calls to AWS, alarms.
//!
//! No service of AWS shows this in one place, so it comes from a path that only the local cloud has.

use std::path::Path;

use axum::body::Bytes;
use clap::{Args, ValueEnum};
use http::Method;
use serde_json::Value;

use crate::client::CallError;
use crate::error::Error;
use crate::output::{harmless, note, say};
use crate::running::{self, Target};
use crate::since::Since;

/// How long one question waits for something to happen, in seconds.
const WAIT: u32 = 20;

/// Which events are shown.
#[derive(Debug, Clone, Args)]
pub struct EventsOptions {
    /// Only these kinds [default: all of them]
    #[arg(value_name = "KIND")]
    kinds: Vec<EventKind>,
    /// Keep showing new events, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Only events newer than this: 90s, 10m, 2h, 1d, or a date such as 2026-11-22T09:41:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Show everything about each, including events and replies, as one JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EventKind {
    /// Requests to the API, and the status of each answer
    Requests,
    /// Functions that ran: who invoked them, and how it ended
    Invocations,
    /// Batches of stream records, and how they ended
    Batches,
    /// Calls to AWS: by whom, and whether IAM allowed them
    Calls,
    /// Alarms that went over into another state
    Alarms,
}

impl EventKind {
    fn includes(self, entry: &Value) -> bool {
        let kind = match self {
            EventKind::Requests => "request",
            EventKind::Invocations => "invocation",
            EventKind::Batches => "batch",
            EventKind::Calls => "call",
            EventKind::Alarms => "alarm",
        };
        entry["kind"] == kind
    }
}

/// Shows what happened.
pub async fn run(root: &Path, options: EventsOptions) -> Result<(), Error> {
    let aws = running::find(root, &options.target).await?;
    let since = options.since.map(Since::iso_millis).unwrap_or_default();
    let (mut after, mut wait) = (0, 0);
    loop {
        let path = format!("/_local/events?after={after}&wait={wait}");
        let answer = match aws.send(Method::GET, &path, &[], Bytes::new()).await {
            Ok(answer) if answer.status.is_success() => answer,
            Ok(answer) => return Err(answer.refusal().into()),
            // Who follows a board to its end has seen everything.
            Err(CallError::Silent { .. }) if wait > 0 => {
                note!("The board has stopped.");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        for line in String::from_utf8_lossy(&answer.body).lines() {
            let Ok(entry) = serde_json::from_str::<Value>(line) else { continue };
            after = entry["sequence"].as_u64().unwrap_or(after);
            let asked = options.kinds.is_empty() || options.kinds.iter().any(|kind| kind.includes(&entry));
            // Times in this form sort as text.
            if asked && entry["timestamp"].as_str().is_some_and(|timestamp| *timestamp >= *since) {
                say!("{}", if options.json { line.to_string() } else { in_words(&entry) });
            }
        }
        if !options.follow {
            return Ok(());
        }
        wait = WAIT;
    }
}

/// An entry of the activity log as one line.
fn in_words(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let took = entry["milliseconds"].as_f64().unwrap_or_default();
    let said = match text("kind") {
        "request" => {
            let error = entry["errorType"].as_str().map_or_else(String::new, |error| format!(" {error}"));
            format!("request     {} {} -> {}{error}, {took:.1} ms", text("method"), text("target"), entry["status"])
        }
        "invocation" => {
            let how = match entry["functionError"].as_str() {
                None => "replied".to_string(),
                Some(error) => {
                    format!("failed ({error}: {})", entry["reply"]["errorMessage"].as_str().unwrap_or_default())
                }
            };
            format!("invocation  {} from {}: {how}, {took:.1} ms", text("function"), text("source"))
        }
        "batch" => {
            let (table, function) = (text("table"), text("function"));
            let records = match entry["records"].as_u64() {
                Some(1) => "1 record".to_string(),
                count => format!("{} records", count.unwrap_or_default()),
            };
            format!("batch       {table} -> {function}: {records} from {} on: {}", text("first"), text("outcome"))
        }
        "alarm" => {
            let actions: Vec<&str> =
                entry["actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let notified =
                if actions.is_empty() { String::new() } else { format!(" AWS would do: {}", actions.join(", ")) };
            format!("alarm       {}: {} -> {}: {}{notified}", text("alarm"), text("from"), text("to"), text("reason"))
        }
        _ => {
            let who = entry["function"].as_str().unwrap_or("learner");
            let denied = entry["denied"].as_str().map_or_else(String::new, |why| format!(" DENIED: {why}"));
            format!("call        {who}: {}:{} -> {}{denied}", text("eventSource"), text("eventName"), entry["status"])
        }
    };
    // A function's error message may have lines of its own.
    format!("{}  {}", text("timestamp"), harmless(&said.lines().collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_in_words() {
        let check = |entry: Value, expected: &str| assert_eq!(in_words(&entry), format!("T  {expected}"));
        let request = json!({ "timestamp": "T", "kind": "request", "method": "GET", "target": "/dev/board", "status": 403,
            "errorType": "ForbiddenException", "milliseconds": 0.25 });
        check(request, "request     GET /dev/board -> 403 ForbiddenException, 0.2 ms");
        let invocation = json!({ "timestamp": "T", "kind": "invocation", "function": "board-api", "source": "api",
            "functionError": "Unhandled", "reply": { "errorMessage": "no table" }, "milliseconds": 3.0 });
        check(invocation, "invocation  board-api from api: failed (Unhandled: no table), 3.0 ms");
        let forged = json!({ "timestamp": "T", "kind": "invocation", "function": "f", "source": "api", "functionError": "E",
            "reply": { "errorMessage": "\u{1b}[2J\nT  request" }, "milliseconds": 3.0 });
        check(forged, r"invocation  f from api: failed (E: \u{1b}[2J T  request), 3.0 ms");
        let batch = json!({ "timestamp": "T", "kind": "batch", "table": "board", "function": "board-feed", "records": 3,
            "first": "007", "last": "009", "outcome": "done" });
        check(batch, "batch       board -> board-feed: 3 records from 007 on: done");
        let alarm = json!({ "timestamp": "T", "kind": "alarm", "alarm": "late", "from": "OK", "to": "ALARM", "reason": "r.",
            "actions": ["arn:topic"] });
        check(alarm, "alarm       late: OK -> ALARM: r. AWS would do: arn:topic");
        let quiet = json!({ "timestamp": "T", "kind": "alarm", "alarm": "late", "from": "ALARM", "to": "OK", "reason": "r.",
            "actions": [] });
        check(quiet, "alarm       late: ALARM -> OK: r.");
        let call = json!({ "timestamp": "T", "kind": "call", "eventSource": "dynamodb", "eventName": "Scan",
            "function": "board-api", "status": 400, "denied": "User: … is not authorized" });
        check(call, "call        board-api: dynamodb:Scan -> 400 DENIED: User: … is not authorized");
        let call =
            json!({ "timestamp": "T", "kind": "call", "eventSource": "s3", "eventName": "PUT /site/a", "status": 200 });
        check(call, "call        learner: s3:PUT /site/a -> 200");
    }

    #[test]
    fn kinds_choose() {
        assert!(EventKind::Batches.includes(&json!({ "kind": "batch" })));
        assert!(!EventKind::Calls.includes(&json!({ "kind": "batch" })));
    }
}
