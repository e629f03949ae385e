//! JSON against JSON: a subset for objects, and the matchers that stand for values nobody can know.

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::{Difference, shown};

/// Whether `got` is what `expected` says.
pub(super) fn matches(expected: &Value, got: Option<&Value>) -> bool {
    let mut found = Vec::new();
    compare("", expected, got, &mut found);
    found.is_empty()
}

/// Adds to `found` in what `got`, at `place`, is not what `expected` says. An object is expected as a subset; everything else
/// as it is, or through `{"absent": true}`, `{"present": true}` (with any value but null), `{"regex": …}` or `{"json": …}`.
pub(super) fn compare(place: &str, expected: &Value, got: Option<&Value>, found: &mut Vec<Difference>) {
    let mut differs = |got: Option<&Value>| {
        let got = got.map_or_else(|| "nothing".to_string(), shown);
        found.push(Difference::new(place, shown(expected), got));
    };
    match (expected.as_object().and_then(Matcher::of), got) {
        (Some(Matcher::Absent), None) | (Some(Matcher::Present), Some(_)) => {
            if got.is_some_and(Value::is_null) {
                differs(got);
            }
        }
        (Some(Matcher::Regex(pattern)), Some(value)) => match Regex::new(pattern) {
            Ok(regex) if regex.is_match(&text(value)) => {}
            Ok(_) => differs(got),
            Err(error) => found.push(Difference(format!("cannot be expressed: the pattern at {place}: {error}"))),
        },
        (Some(Matcher::Json(json)), Some(value)) => {
            let parsed = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            if parsed.as_ref().unwrap_or(value) != json {
                differs(got);
            }
        }
        (Some(_), _) => differs(got),
        (None, Some(value)) => match (expected, value) {
            (Value::Object(expected), Value::Object(got)) => {
                for (key, expected) in expected {
                    let (place, got) = (format!("{place}.{key}"), got.get(key));
                    // Null and left out are two things to readers of an event.
                    if expected.is_null() && got.is_none() {
                        found.push(Difference::new(&place, "null", "nothing"));
                    } else {
                        compare(&place, expected, got, found);
                    }
                }
            }
            (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
                for (at, (expected, got)) in expected.iter().zip(got).enumerate() {
                    compare(&format!("{place}[{at}]"), expected, Some(got), found);
                }
            }
            _ if same(expected, value) => {}
            _ => differs(got),
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
fn same(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(expected), Value::Number(got)) => expected == got || expected.as_f64() == got.as_f64(),
        _ => expected == got,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
