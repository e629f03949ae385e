//! What Lambda does with what a stream's function replied, in plain words.
//!
//! Facts: "Using AWS Lambda with Amazon DynamoDB" and "Configuring partial batch response" in the Lambda developer guide.

use serde_json::Value;
use stack::EventSourceMapping;

use super::{Invocation, sequence_number};
use crate::cause::error_of;
use crate::words::{cut, short};

/// Tells it of the one invocation that matters. `stuck` says that the stream is not at its end.
pub(super) fn cause(mapping: &EventSourceMapping, invocation: &Invocation, stuck: bool) -> Vec<String> {
    let mut why = Vec::new();
    let count = invocation.records().len();
    if invocation.failed() {
        let (kind, message) = error_of(&invocation.called);
        let told = if message.is_empty() { kind } else { message };
        why.push(format!("Your function ended with an error: \"{}\"", cut(&told, 160)));
        why.push(format!("To Lambda that is the failure of the whole batch: {}.", delivered_again(mapping, count)));
    } else {
        why.extend(replied(mapping, invocation));
    }
    if stuck && mapping.maximum_retry_attempts.is_none() {
        let until = match mapping.maximum_record_age {
            Some(age) => format!("it is {} seconds old", age.as_secs()),
            None => "the stream drops it, 24 hours after it was written".to_string(),
        };
        why.push(format!(
            "MaximumRetryAttempts sets no limit: the record is delivered again until {until}, and everything after it waits."
        ));
    }
    why
}

/// Why there was no invocation at all. `mapped_late` says that the mapping was made after the changes.
pub(super) fn not_invoked(mapping: &EventSourceMapping, mapped_late: bool) -> Vec<String> {
    if !mapping.enabled {
        return vec!["The mapping is switched off: it has Enabled: false, so it reads no record.".to_string()];
    }
    if mapped_late && !mapping.from_trim_horizon {
        let latest = "The mapping starts at LATEST: it delivers what is written after it has begun to read, and nothing from \
                      before.";
        return vec![latest.to_string()];
    }
    let patterns: Vec<String> = mapping.filters.iter().map(|pattern| cut(pattern, 90)).collect();
    match patterns.is_empty() {
        true => Vec::new(),
        false => {
            vec![format!("The mapping passes over every record that does not match {}", patterns.join(" or "))]
        }
    }
}

fn replied(mapping: &EventSourceMapping, invocation: &Invocation) -> Vec<String> {
    let reported = invocation.reported();
    let count = invocation.records().len();
    if reported.is_empty() {
        return Vec::new();
    }
    if !mapping.report_batch_item_failures {
        return vec![
            "The mapping has no FunctionResponseTypes: [ReportBatchItemFailures], so Lambda does not read the reply: every \
             record of the batch counts as done."
                .to_string(),
        ];
    }
    let place = |identifier: &Value| {
        let text = identifier.as_str()?;
        invocation.records().iter().position(|record| sequence_number(record) == text)
    };
    if let Some(foreign) = reported.iter().find(|identifier| place(identifier).is_none()) {
        return vec![
            format!("itemIdentifier {} is the SequenceNumber of no record in the batch.", short(foreign)),
            format!("To Lambda that is the failure of the whole batch: {}.", delivered_again(mapping, count)),
        ];
    }
    let Some(lowest) = reported.iter().filter_map(place).min() else { return Vec::new() };
    if count == 1 {
        return vec![format!("Lambda reads that as: the record failed. It sends it again{}.", tries(mapping, "it"))];
    }
    let before = match lowest {
        0 => "none before it is done".to_string(),
        1 => "the one before it is done".to_string(),
        many => format!("the {many} before it are done"),
    };
    vec![format!(
        "Lambda reads that as: record {} of {count} failed, {before}. It sends that one again with all records after it{}.",
        lowest + 1,
        tries(mapping, "them")
    )]
}

fn delivered_again(mapping: &EventSourceMapping, count: usize) -> String {
    let what = match count {
        1 => "it is delivered again".to_string(),
        count => format!("all {count} records are delivered again"),
    };
    match (mapping.bisect_batch_on_function_error && count > 1, mapping.maximum_retry_attempts) {
        (true, _) => format!("{what}, in two halves"),
        (false, Some(retries)) => format!("{what}, at most {retries} times"),
        (false, None) => format!("{what}, as long as the stream has it"),
    }
}

fn tries(mapping: &EventSourceMapping, what: &str) -> String {
    let tries = |retries| format!(", {retries} times, and then gives {what} up");
    mapping.maximum_retry_attempts.map(tries).unwrap_or_default()
}
