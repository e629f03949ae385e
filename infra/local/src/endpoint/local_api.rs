//! What AWS has no API for: the journal, and who runs here.
//!
//! These paths exist on the local cloud only, for the `cargo workbook` commands. They begin with `/_local/`, which is no path of any
//! service: Lambda's begin with a date, and a bucket's name has no underscore.
//!
//! | Path | Answer |
//! |---|---|
//! | `GET /_local/board` | one JSON object: the process id, and the stack's name |
//! | `GET /_local/events?after=N&wait=S` | journal entries behind number N, a JSON object a line; waits up to S seconds for the first |
//!
//! Functions are refused, as they are on AWS by whatever they have no permission for. So is a request that a web page could
//! make a browser send without asking first.

use std::time::Duration;

use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;

use super::lambda_api::query_value;
use super::{Endpoint, plain};
use crate::iam::Caller;

/// What all paths here begin with.
const PREFIX: &str = "/_local/";
/// The longest time that a question may wait for something to happen.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The media type of an object a line.
const LINES: &str = "application/x-ndjson";

/// How the `cargo workbook` commands call themselves.
const USER_AGENT: &str = "cargo-workbook";

/// Whether a call of AWS comes from one of the learner's own commands. They look on; a journal that they wrote into themselves would
/// soon hold nothing else.
pub(super) fn looks_on(parts: &Parts) -> bool {
    parts.headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(USER_AGENT.as_bytes()))
}

/// Whether a request is for this API.
pub(super) fn is_asked(parts: &Parts) -> bool {
    parts.uri.path().starts_with(PREFIX)
}

impl Endpoint {
    /// Answers a request for [`PREFIX`].
    pub(super) async fn local(&self, parts: &Parts, _body: Bytes, caller: &Caller) -> Response {
        if !matches!(caller, Caller::Learner) || parts.headers.contains_key(header::ORIGIN) {
            return plain(StatusCode::FORBIDDEN, "This address is for the learner's own commands.\n");
        }
        match (parts.method.as_str(), parts.uri.path().trim_start_matches(PREFIX)) {
            ("GET", "board") => {
                let who = json!({ "pid": std::process::id(), "stack": self.stack_name });
                ([(header::CONTENT_TYPE, "application/json")], who.to_string()).into_response()
            }
            ("GET", "events") => self.events(parts).await,
            _ => plain(StatusCode::NOT_FOUND, "The local cloud has GET /_local/board and GET /_local/events.\n"),
        }
    }

    async fn events(&self, parts: &Parts) -> Response {
        let number = |name: &str| query_value(parts, name).and_then(|value| value.parse::<u64>().ok());
        let after = number("after").unwrap_or_default();
        let wait = number("wait").map_or(Duration::ZERO, Duration::from_secs).min(LONGEST_WAIT);
        let mut changed = self.journal.changed();
        let mut stop = self.stop.clone();
        // Too late and the end of the cloud are answers too: nothing has happened.
        tokio::select! {
            _ = tokio::time::timeout(wait, changed.wait_for(|newest| *newest > after)) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        let lines: String = self
            .journal
            .since(after)
            .iter()
            .filter_map(|entry| Some(serde_json::to_string(entry).ok()? + "\n"))
            .collect();
        ([(header::CONTENT_TYPE, LINES)], lines).into_response()
    }
}
