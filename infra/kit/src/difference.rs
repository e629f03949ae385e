//! What an answer has that the answer key has not, and the other way round, field by field.
//!
//! Header names are compared without case, and headers that only the answer has are not a mistake. Headers that list names
//! say the same in any order. Everything else counts.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::words::short;

/// How many differing fields an explanation shows.
pub(crate) const SHOWN: usize = 6;

/// One field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Where: `body.error.code`, `headers.location`, `body.posts[3].title`.
    pub(crate) path: String,
    /// In words, with both values cut to a readable length.
    pub(crate) what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.what)
    }
}

/// All fields in which `got` differs from `expected`, in the key's order.
pub(crate) fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", expected, got, &mut found);
    found
}

fn compare(path: &str, expected: &Value, got: &Value, found: &mut Vec<Difference>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => compare_objects(path, expected, got, found),
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                compare(&format!("{path}[{index}]"), expected, got, found);
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            let what = format!("expected {}, got {}", count(expected.len()), count(got.len()));
            found.push(Difference { path: path.to_string(), what });
        }
        _ if expected == got => {}
        _ => {
            let what = format!("expected {}, got {}", typed(expected, got), typed(got, expected));
            found.push(Difference { path: path.to_string(), what });
        }
    }
}

fn compare_objects(path: &str, expected: &Map<String, Value>, got: &Map<String, Value>, found: &mut Vec<Difference>) {
    let inside = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    for (key, expected) in expected {
        match got.get(key) {
            Some(got) if path.ends_with("headers") && lists_the_same(key, expected, got) => {}
            Some(got) => compare(&inside(key), expected, got, found),
            None => {
                found.push(Difference { path: inside(key), what: format!("expected {}, is missing", short(expected)) })
            }
        }
    }
    if path.ends_with("headers") {
        return;
    }
    for (key, got) in got {
        if !expected.contains_key(key) {
            found.push(Difference { path: inside(key), what: format!("not expected, got {}", short(got)) });
        }
    }
}

/// Whether a header lists the names that it should. With more names in `Vary` a cache asks more often, and hands out nothing that
/// is wrong.
fn lists_the_same(header: &str, expected: &Value, got: &Value) -> bool {
    let names = |value: &Value| -> BTreeSet<String> {
        value.as_str().unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase()).collect()
    };
    let (expected, got) = (names(expected), names(got));
    match header {
        "vary" => got.contains("*") || got.is_superset(&expected),
        "allow" | "access-control-expose-headers" => got == expected,
        _ => false,
    }
}

/// The value, with its type in front where the types differ: `"2"` and `2` look alike on a bad day.
fn typed(value: &Value, other: &Value) -> String {
    let name = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if name(value) == name(other) || value.is_null() {
        short(value)
    } else {
        format!("{}, {}", name(value), short(value))
    }
}

fn count(items: usize) -> String {
    match items {
        0 => "an empty list".to_string(),
        1 => "1 item".to_string(),
        many => format!("{many} items"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(expected: Value, got: Value, differing: &[&str]) {
        let found: Vec<String> = differences(&expected, &got).iter().map(ToString::to_string).collect();
        assert_eq!(found, differing);
    }

    #[test]
    fn names_the_field_and_both_values() {
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), &["a.b: expected 1, got 2"]);
        check(json!({"a": {"b": 1}}), json!({"a": {}}), &["a.b: expected 1, is missing"]);
        check(json!({"a": {}}), json!({"a": {"x": "y"}}), &["a.x: not expected, got \"y\""]);
        check(json!({"n": 2}), json!({"n": "2"}), &["n: expected a number, 2, got text, \"2\""]);
        check(json!({"posts": [1, 2]}), json!({"posts": []}), &["posts: expected 2 items, got an empty list"]);
        check(json!([{"t": "a"}]), json!([{"t": "b"}]), &["[0].t: expected \"a\", got \"b\""]);
    }

    #[test]
    fn more_headers_are_not_a_mistake_but_a_missing_one_is() {
        check(json!({"headers": {}}), json!({"headers": {"x-more": "1"}}), &[]);
        check(
            json!({"headers": {"allow": "GET"}}),
            json!({"headers": {}}),
            &["headers.allow: expected \"GET\", is missing"],
        );
    }

    #[test]
    fn a_list_of_names_has_no_order() {
        let header = |name: &str, value: &str| json!({"headers": {(name): value}});
        check(header("allow", "GET, PUT"), header("allow", "PUT,GET"), &[]);
        check(
            header("allow", "GET, PUT"),
            header("allow", "GET, PUT, POST"),
            &["headers.allow: expected \"GET, PUT\", got \"GET, PUT, POST\""],
        );
        for varies in ["origin", "Accept-Encoding, Origin", "*"] {
            check(header("vary", "Origin"), header("vary", varies), &[]);
        }
        let got = &["headers.vary: expected \"Origin\", got \"Accept-Encoding\""];
        check(header("vary", "Origin"), header("vary", "Accept-Encoding"), got);
        let got = &["headers.location: expected \"/a, /b\", got \"/b, /a\""];
        check(header("location", "/a, /b"), header("location", "/b, /a"), got);
    }
}
