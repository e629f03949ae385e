//! JSON against JSON: a subset for objects, and the matchers that stand for values nobody can know.

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::{Difference, shown};

/// Whether `came` is what `expected` says.
pub(super) fn matches(expected: &Value, came: Option<&Value>) -> bool {
    let mut found = Vec::new();
    compare("", expected, came, &mut found);
    found.is_empty()
}

/// Adds to `found` in what `came`, at `place`, is not what `expected` says. An object is expected as a subset; everything else
/// as it is, or through `{"absent": true}`, `{"present": true}` (with any value but null), `{"regex": …}` or `{"json": …}`.
pub(super) fn compare(place: &str, expected: &Value, came: Option<&Value>, found: &mut Vec<Difference>) {
    let mut differs = |came: Option<&Value>| {
        let came = came.map_or_else(|| "nothing".to_string(), shown);
        found.push(Difference::new(place, shown(expected), came));
    };
    match (expected.as_object().and_then(Matcher::of), came) {
        (Some(Matcher::Absent), None) | (Some(Matcher::Present), Some(_)) => {
            if came.is_some_and(Value::is_null) {
                differs(came);
            }
        }
        (Some(Matcher::Regex(pattern)), Some(value)) => match Regex::new(pattern) {
            Ok(regex) if regex.is_match(&text(value)) => {}
            Ok(_) => differs(came),
            Err(error) => found.push(Difference(format!("cannot be expressed: the pattern at {place}: {error}"))),
        },
        (Some(Matcher::Json(json)), Some(value)) => {
            let parsed = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            if parsed.as_ref().unwrap_or(value) != json {
                differs(came);
            }
        }
        (Some(_), _) => differs(came),
        (None, Some(value)) => match (expected, value) {
            (Value::Object(expected), Value::Object(came)) => {
                for (key, expected) in expected {
                    let (place, came) = (format!("{place}.{key}"), came.get(key));
                    // Null and left out are two things to readers of an event.
                    if expected.is_null() && came.is_none() {
                        found.push(Difference::new(&place, "null", "nothing"));
                    } else {
                        compare(&place, expected, came, found);
                    }
                }
            }
            (Value::Array(expected), Value::Array(came)) if expected.len() == came.len() => {
                for (at, (expected, came)) in expected.iter().zip(came).enumerate() {
                    compare(&format!("{place}[{at}]"), expected, Some(came), found);
                }
            }
            _ if same(expected, value) => {}
            _ => differs(came),
        },
        (None, None) if expected.is_null() => {}
        (None, None) => differs(None),
    }
}

enum Matcher<'a> {
    Absent,
    Present,
    Regex(&'a str),
    Json(&'a Value),
}

impl Matcher<'_> {
    /// The matcher that an object with this one key is.
    fn of(object: &Map<String, Value>) -> Option<Matcher<'_>> {
        let (key, value) = object.iter().next().filter(|_| object.len() == 1)?;
        match (key.as_str(), value) {
            ("absent", Value::Bool(true)) => Some(Matcher::Absent),
            ("present", Value::Bool(true)) => Some(Matcher::Present),
            ("regex", Value::String(pattern)) => Some(Matcher::Regex(pattern)),
            ("json", json) => Some(Matcher::Json(json)),
            _ => None,
        }
    }
}

/// Numbers are the same number however they are written.
fn same(expected: &Value, came: &Value) -> bool {
    match (expected, came) {
        (Value::Number(expected), Value::Number(came)) => expected == came || expected.as_f64() == came.as_f64(),
        _ => expected == came,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
