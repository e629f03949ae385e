//! The logical ids of what SAM makes.
//!
//! Most are the resource's own id with a word after it. Where a change has to make a new resource (a version, a deployment)
//! or where one resource serves several (a domain name), the id ends with the first ten digits of a SHA-1.

use sha1::{Digest, Sha1};

use crate::tree::{Node, ScalarKind, Value};

/// How many digits of the hash are in an id.
const DIGITS: usize = 10;

/// `prefix` and the digits of `data`; the prefix alone if there is nothing to hash.
pub(super) fn hashed(prefix: &str, data: &Node) -> String {
    if !data.truthy() {
        return prefix.to_string();
    }
    let text = data.str().map_or_else(|| canonical(data), str::to_string);
    format!("{prefix}{}", digits(&text, DIGITS))
}

/// The first `count` digits of the text's SHA-1.
pub(super) fn digits(text: &str, count: usize) -> String {
    let mut digits: String = Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.truncate(count);
    digits
}

/// The value as JSON without blanks, its keys sorted and everything beyond ASCII escaped: what the hash is taken of.
pub(super) fn canonical(value: &Node) -> String {
    match &value.value {
        Value::Null | Value::Unresolved => "null".to_string(),
        Value::Scalar { text, .. } => match value.scalar_kind() {
            Some(ScalarKind::String) | None => ascii(text),
            _ => text.clone(),
        },
        Value::Sequence(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Mapping(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
            let entries = entries.iter().map(|(key, value)| format!("{}:{}", ascii(&key.name), canonical(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}

fn ascii(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
    out
}

/// Whether `text` can be a part of a logical id.
pub(super) fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}
