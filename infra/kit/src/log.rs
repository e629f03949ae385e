//! Looking at a log: what a function printed, the metrics in it, and what Lambda reports about each invocation.
//!
//! On Lambda a log is what a function writes to its output, one event per line. Lines that are JSON objects can be searched
//! by field; from those with a member `_aws`, CloudWatch makes metrics
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
//! A line that breaks a rule of that format is a line like any other: no metric comes of it, and nobody says so. The check
//! does.

mod metric;
mod report;

use serde_json::Value;

use crate::lab::{Lab, is_lambdas_own};

pub use metric::Metric;
pub use report::Report;

/// A line that a function printed.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    /// The line as it stands in the log.
    pub text: String,
    fields: Value,
}

impl Lab {
    /// What one function, by its logical id, printed by itself: Lambda's own lines are left out. Oldest first.
    pub fn printed(&self, function: &str) -> Vec<LogLine> {
        self.log_of(function).into_iter().filter(|line| !is_lambdas_own(line)).map(LogLine::read).collect()
    }

    /// Lambda's reports about the invocations of one function, by its logical id, oldest first.
    pub fn reports(&self, function: &str) -> Vec<Report> {
        self.log_of(function).iter().filter_map(|line| Report::read(line)).collect()
    }
}

impl LogLine {
    fn read(text: String) -> LogLine {
        let fields = serde_json::from_str(&text).ok().filter(Value::is_object).unwrap_or_default();
        LogLine { text, fields }
    }

    /// Whether the line is a JSON object.
    pub fn is_structured(&self) -> bool {
        self.fields.is_object()
    }

    /// A field of the line; nothing where it has none, or is not a JSON object.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// A field that holds text; empty where there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.field(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The metrics that CloudWatch takes out of the line; none when it does not say that it has any.
    ///
    /// # Errors
    ///
    /// A sentence about the rule that the line breaks, by which its metrics are lost.
    pub fn metrics(&self) -> Result<Vec<Metric>, String> {
        metric::of(&self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_structured_when_it_is_an_object() {
        let line = LogLine::read(r#"{"level":"INFO","tries":2}"#.to_string());
        assert!(line.is_structured() && line.text_of("level") == "INFO" && line.field("tries") == Some(&2.into()));
        for text in ["answered with 200", "[1]", "\"text\"", "{\"cut off"] {
            let line = LogLine::read(text.to_string());
            assert!(!line.is_structured() && line.field("level").is_none() && line.metrics() == Ok(vec![]), "{text}");
        }
    }
}
