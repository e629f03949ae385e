//! CloudWatch's answers in the query protocol: what JSON would hold, to XML.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::service::query_protocol::escaped;

/// An element for each member of `object`.
pub(super) fn members(object: &Value) -> String {
    let members = object.as_object().into_iter().flatten();
    members.map(|(name, value)| format!("<{name}>{}</{name}>", content(name, value))).collect()
}

fn content(name: &str, value: &Value) -> String {
    match value {
        Value::Array(list) => list.iter().map(|one| format!("<member>{}</member>", content(name, one))).collect(),
        Value::Object(_) => members(value),
        _ => text(name, value),
    }
}

/// A single value. Times are numbers in JSON, and texts here.
fn text(name: &str, value: &Value) -> String {
    let is_time = name.ends_with("Timestamp") || name == "Timestamps";
    let text = match (value, value.as_f64().filter(|_| is_time).and_then(iso)) {
        (_, Some(time)) => time,
        (Value::String(text), None) => text.clone(),
        (other, None) => other.to_string(),
    };
    escaped(&text)
}

#[expect(clippy::cast_possible_truncation, reason = "a time in nanoseconds has room in it for all that a clock says")]
fn iso(seconds: f64) -> Option<String> {
    let milliseconds = (seconds * 1000.0).round() as i128;
    OffsetDateTime::from_unix_timestamp_nanos(milliseconds * 1_000_000).ok()?.format(&Rfc3339).ok()
}
