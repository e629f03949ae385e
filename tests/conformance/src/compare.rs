//! What `expect` means: every key against what was observed.
//!
//! The vocabulary is in the case files' own format description; here one function stands for one kind of expectation. A key that
//! nobody observed is a failure too, except where its absence is what is expected.

use serde_json::{Map, Value};

use crate::observed::{Answer, Observed};

mod bodies;
mod headers;
mod values;

/// One line of a report: what was expected, and what was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(pub String);

impl Difference {
    fn new(what: &str, expected: impl std::fmt::Display, got: impl std::fmt::Display) -> Difference {
        Difference(format!("{what}: expected {expected}, got {got}"))
    }
}

/// Everything in which `observed` is not what `expect` says.
pub fn differences(expect: &Map<String, Value>, observed: &Observed) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, expected) in expect {
        match key.as_str() {
            "status" | "headers" | "header_case" | "body" | "body_fields" => match &observed.answer {
                Some(answer) => found.extend(of_answer(key, expected, answer)),
                None => found.push(Difference::new(key, shown(expected), "no HTTP answer")),
            },
            "event" => values::compare("event", expected, observed.event.as_ref(), &mut found),
            "lambda_invoked" => {
                let got = observed.lambda_invoked.map(Value::from);
                values::compare("lambda_invoked", expected, got.as_ref(), &mut found);
            }
            "log_contains" => lines("execution log", expected, &observed.execution_log, &mut found),
            "function_log_contains" => lines("function log", expected, &observed.function_log, &mut found),
            "first_batches" => first_batches(expected, observed, &mut found),
            "error" | "message" if !observed.facts.contains_key(key.as_str()) => {
                let got = observed.answer.as_ref().and_then(|answer| bodies::service_error(key, answer));
                values::compare(key, expected, got.as_ref(), &mut found);
            }
            other => match observed.facts.get(other) {
                None if expected.get("absent") == Some(&Value::Bool(true)) => {}
                None => found.push(Difference(format!("cannot be expressed: expect.{other}"))),
                Some(got) => values::compare(other, expected, Some(got).filter(|got| !got.is_null()), &mut found),
            },
        }
    }
    found
}

fn of_answer(key: &str, expected: &Value, answer: &Answer) -> Vec<Difference> {
    let mut found = Vec::new();
    match key {
        "status" => values::compare("status", expected, Some(&Value::from(answer.status)), &mut found),
        "headers" => headers::compare(expected, answer, &mut found),
        "header_case" => headers::compare_spelling(expected, answer, &mut found),
        "body" => bodies::compare(expected, answer, &mut found),
        _ => values::compare("body", expected, answer.json().as_ref(), &mut found),
    }
    found
}

/// Each expected text stands somewhere in the log.
fn lines(what: &str, expected: &Value, log: &[String], found: &mut Vec<Difference>) {
    let wanted = expected.as_array().map_or(std::slice::from_ref(expected), Vec::as_slice);
    for text in wanted {
        let contained = match text {
            Value::String(text) => log.iter().any(|line| line.contains(text)),
            pattern => log.iter().any(|line| values::matches(pattern, Some(&Value::from(line.as_str())))),
        };
        if !contained {
            found.push(Difference::new(what, format_args!("a line with {}", shown(text)), listed(log)));
        }
    }
}

/// The first invocations had these batches; what followed does not matter.
fn first_batches(expected: &Value, observed: &Observed, found: &mut Vec<Difference>) {
    let batches = observed.facts.get("invocation_batches").and_then(Value::as_array);
    let Some((wanted, batches)) = expected.as_array().zip(batches) else {
        found.push(Difference("cannot be expressed: expect.first_batches".to_string()));
        return;
    };
    if !batches.starts_with(wanted) {
        let got = Value::from(batches.clone());
        found.push(Difference::new("first_batches", shown(expected), shown(&got)));
    }
}

fn listed(log: &[String]) -> String {
    if log.is_empty() { "an empty log".to_string() } else { log.join(" | ") }
}

/// A value for a report, cut where nobody reads on.
fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    const MOST: usize = 600;
    match text.char_indices().nth(MOST) {
        None => text.to_string(),
        Some((at, _)) => format!("{} … ({} bytes)", &text[..at], text.len()),
    }
}

#[cfg(test)]
mod tests;
