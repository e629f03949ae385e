//! What a case gave, before anybody compares it.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

/// What a harness saw. It observes all it can; what the case does not expect is never looked at.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The HTTP answer.
    pub answer: Option<Answer>,
    /// The event that the function received first.
    pub event: Option<Value>,
    /// Whether the function ran at all; `None` where there is no function to run.
    pub lambda_invoked: Option<bool>,
    /// API Gateway's execution log, line by line.
    pub execution_log: Vec<String>,
    /// The function's log, line by line.
    pub function_log: Vec<String>,
    /// Everything else, by the name that `expect` has for it: `invocations`, `on_failure`, `SizeBytes`, ….
    pub facts: BTreeMap<&'static str, Value>,
}

/// An HTTP answer, as it arrived on the socket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header lines, in order and spelling.
    pub headers: Vec<(String, String)>,
    /// The body's bytes, without a transfer coding.
    pub body: Bytes,
}

impl Answer {
    /// All values of the header `name`, in any spelling.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Observed {
    /// What an answer alone shows.
    pub fn of_answer(answer: Answer) -> Observed {
        Observed { answer: Some(answer), ..Observed::default() }
    }

    /// With one more fact.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Observed {
        self.facts.insert(name, value.into());
        self
    }
}
