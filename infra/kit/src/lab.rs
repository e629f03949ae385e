//! A lab under test: its template deployed to a local cloud of its own, its function waiting to be asked.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::ask::{Ask, Question};
use crate::cloud::Cloud;
use crate::explanation::Explanation;
use crate::failure::{Attributions, Failure};
use crate::mask::is_volatile;
use crate::place::Place;

/// How many earlier requests an explanation recalls.
const RECALLED: usize = 3;
/// How many of the function's last log lines an explanation shows.
const LOG_LINES: usize = 6;
/// How much of an invocation's log there is, in bytes.
const TAIL_LIMIT: usize = 4 * 1024;

/// A deployed lab. It goes away, processes and all, when the test ends.
#[derive(Debug)]
pub struct Lab {
    place: Place,
    binary: PathBuf,
    cloud: Cloud,
    asked: Mutex<Vec<String>>,
    attributions: Attributions,
    /// Whether a reply of 5xx is nobody's mistake.
    expects_5xx: bool,
}

impl Lab {
    /// The lab in `place`, deployed to `cloud`, with its main program.
    pub(crate) fn of(place: Place, binary: PathBuf, cloud: Cloud, attributions: Attributions) -> Lab {
        Lab { place, binary, cloud, asked: Mutex::default(), attributions, expects_5xx: false }
    }

    /// Begins a question. `todo` is the TODO that it is about (`lab-05.2`), `about` what is asked for, in a few words.
    pub fn asks<'lab>(&'lab self, todo: &'lab str, about: &'lab str) -> Ask<'lab> {
        Ask::new(Question { lab: self, todo, about, waiting: None })
    }

    /// Attributes this kind of failure to `todo`, no matter what a question was about: the explanation names that TODO.
    #[must_use]
    pub fn attribute(mut self, failure: Failure, todo: &'static str) -> Lab {
        self.attributions.add(failure, todo);
        self
    }

    /// Tells that this lab's functions answer 5xx on purpose, so that their log is not a part of what went wrong.
    #[must_use]
    pub fn expecting_5xx(mut self) -> Lab {
        self.expects_5xx = true;
        self
    }

    /// Everything the functions have printed so far, a line each, oldest first.
    pub fn log(&self) -> Vec<String> {
        self.cloud.log()
    }

    /// What one function, by its logical id, has in its own log group, Lambda's lines included.
    pub fn log_of(&self, function: &str) -> Vec<String> {
        self.cloud.log_of(function)
    }

    pub(crate) fn attributions(&self) -> &Attributions {
        &self.attributions
    }

    pub(crate) fn expects_5xx(&self) -> bool {
        self.expects_5xx
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The package's main program; its other ones stand beside it.
    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    pub(crate) fn local(&self) -> &local::cloud::Cloud {
        self.cloud.local()
    }

    /// Ends the test because the check itself cannot go on.
    pub(crate) fn stop(&self, why: &str) -> ! {
        let mut explanation = *explained(&self.place.lab(), why.to_string(), "template.yaml, and the function's log");
        explanation.about = "the check cannot go on".to_string();
        explanation.log = self.last_log_lines();
        explanation.fail()
    }

    pub(crate) fn remember(&self, asked: String) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    }

    /// The requests before the newest one, the last few of them; the same one several times is said once.
    pub(crate) fn asked_before(&self) -> String {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = asked.split_last().map(|(_, before)| before).unwrap_or_default();
        let runs = before.chunk_by(|one, next| one == next).map(|run| match run {
            [once] => once.clone(),
            [first, ..] => format!("{} × {first}", run.len()),
            [] => String::new(),
        });
        let runs: Vec<String> = runs.collect();
        runs[runs.len().saturating_sub(RECALLED)..].join(", ")
    }

    /// What the functions themselves said last.
    pub(crate) fn last_log_lines(&self) -> Vec<String> {
        last_words(&self.cloud.log().join("\n"))
    }
}

/// The end of a log: a panic, an error line. Lambda's own lines are left out, and of lines that repeat a message all but the
/// last.
pub(crate) fn last_words(log: &str) -> Vec<String> {
    // Invoke cuts the log's beginning off wherever it falls, and half a line tells nothing.
    let whole = if log.len() < TAIL_LIMIT { log } else { log.split_once('\n').map_or(log, |(_, rest)| rest) };
    let lines: Vec<&str> = whole.lines().filter(|line| !is_lambdas_own(line)).collect();
    let lines: Vec<&str> = lines
        .chunk_by(|one, next| message(one).is_some_and(|message| Some(message) == self::message(next)))
        .filter_map(|run| run.last().copied())
        .collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].iter().map(|line| readable(line)).collect()
}

/// What a line of JSON says its message is.
fn message(line: &str) -> Option<String> {
    let fields: Value = serde_json::from_str(line).ok()?;
    fields.get("message")?.as_str().map(str::to_string)
}

/// A line of JSON as `name: value` pairs, without the ids and dates that only a machine looks for.
fn readable(line: &str) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
        return line.to_string();
    };
    let mut fields: Vec<(String, Value)> =
        fields.into_iter().filter(|(name, value)| !is_volatile(name, value) && !is_measured(name, value)).collect();
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    let pair = |(name, value): &(String, Value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    };
    fields.iter().map(pair).collect::<Vec<_>>().join(", ")
}

/// Whether a field holds what was measured, or tells CloudWatch which fields do.
fn is_measured(name: &str, value: &Value) -> bool {
    let inside = |fields: &serde_json::Map<String, Value>| fields.iter().any(|(name, value)| is_measured(name, value));
    name.ends_with("Ms") || matches!(name, "Duration" | "_aws") || value.as_object().is_some_and(inside)
}

pub(crate) fn is_lambdas_own(line: &str) -> bool {
    let own = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "INIT_REPORT"];
    line.trim().is_empty() || own.iter().any(|prefix| line.starts_with(prefix)) || line.contains("RUST_BACKTRACE")
}

pub(crate) fn explained(todo: &str, why: String, place: &str) -> Box<Explanation> {
    Box::new(Explanation {
        todo: todo.to_string(),
        about: "the lab cannot be deployed, so nothing was asked yet".to_string(),
        got: why.lines().map(str::to_string).collect(),
        next: vec![place.to_string()],
        ..Explanation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_of_json_reads_like_prose() {
        let line = r#"{"level":"ERROR","requestId":"6f1c2d3e-0000-4000-8000-00000000000a","cause":"no item","at":"2026-11-22T09:41:00Z"}"#;
        assert_eq!(readable(line), "cause: no item, level: ERROR");
        assert_eq!(readable("plain {text}"), "plain {text}");
    }
}
