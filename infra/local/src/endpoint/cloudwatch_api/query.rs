//! CloudWatch in the query protocol: parameters to the request that JSON would hold, and its answer to XML.
//!
//! A name says where a value belongs: `MetricData.member.1.Dimensions.member.2.Name`. All values are texts.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::service::query_protocol::{QueryParameters, escaped};

/// How deep a name may go. None of CloudWatch's goes further.
const DEEPEST: usize = 16;
/// The largest number in a list.
const LONGEST: usize = 10_000;

/// The request that the parameters hold.
pub(super) fn request(parameters: &QueryParameters) -> Value {
    let mut request = json!({});
    for (name, text) in parameters.iter() {
        let path: Vec<&str> = name.split('.').filter(|part| *part != "member").collect();
        if path.len() <= DEEPEST {
            insert(&mut request, &path, text);
        }
    }
    request
}

/// Puts `text` where `path` says. What has no place, because another value stands there, is left out.
fn insert(at: &mut Value, path: &[&str], text: &str) {
    let Some((first, rest)) = path.split_first() else {
        *at = text.into();
        return;
    };
    let place = match first.parse::<usize>() {
        Ok(number) if (1..=LONGEST).contains(&number) => {
            if !at.is_array() {
                *at = json!([]);
            }
            let Some(list) = at.as_array_mut() else { return };
            if list.len() < number {
                list.resize(number, Value::Null);
            }
            &mut list[number - 1]
        }
        _ => {
            if !at.is_object() {
                *at = json!({});
            }
            let Some(object) = at.as_object_mut() else { return };
            object.entry(*first).or_insert(Value::Null)
        }
    };
    insert(place, rest, text);
}

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
