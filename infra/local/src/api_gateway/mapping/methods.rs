//! What values can do in a mapping template: the methods of Java's strings, lists and maps that templates use, and `$util`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex_lite::Regex;
use serde_json::{Value, json};

use super::MappingError;
use super::budget::{self, MOST_PARTS};
use super::evaluate::printed;

/// Methods that change what they are called on.
pub(super) const CHANGING: [&str; 5] = ["add", "put", "addAll", "putAll", "remove"];

/// Methods that look for a pattern.
pub(super) const SEARCHING: [&str; 3] = ["matches", "replaceAll", "split"];

/// `$util.…`.
pub(super) fn util(name: &str, arguments: &[Value]) -> Result<Value, MappingError> {
    let text = arguments.first().map(printed).unwrap_or_default();
    Ok(match name {
        "escapeJavaScript" => Value::from(escaped(&text)),
        "parseJson" => serde_json::from_str(&text)
            .map_err(|error| MappingError::Evaluation(format!("$util.parseJson: {error}")))?,
        // A space becomes a plus, as in a form.
        "urlEncode" => Value::from(utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string().replace("%20", "+")),
        "urlDecode" => {
            let spaced = text.replace('+', " ");
            Value::from(percent_decode_str(&spaced).decode_utf8_lossy().as_ref())
        }
        "base64Encode" => Value::from(STANDARD.encode(text)),
        "base64Decode" => {
            let bytes = STANDARD
                .decode(text)
                .map_err(|error| MappingError::Evaluation(format!("$util.base64Decode: {error}")))?;
            Value::from(String::from_utf8_lossy(&bytes).as_ref())
        }
        other => return Err(MappingError::Evaluation(format!("$util.{other}() is not known"))),
    })
}

/// `value.name(arguments)`.
pub(super) fn of(value: &Value, name: &str, arguments: &[Value]) -> Result<Option<Value>, MappingError> {
    let argument = |place: usize| arguments.get(place).map(printed).unwrap_or_default();
    let found = match (value, name) {
        (_, "toString") => Value::from(printed(value)),
        (_, "equals") => Value::Bool(arguments.first() == Some(value)),
        (Value::Object(map), "get") => return Ok(map.get(&argument(0)).cloned()),
        (Value::Object(map), "keySet") => map.keys().map(|key| Value::from(key.as_str())).collect(),
        (Value::Object(map), "values") => map.values().cloned().collect(),
        (Value::Object(map), "entrySet") => {
            map.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
        }
        (Value::Object(map), "size") => Value::from(map.len()),
        (Value::Object(map), "isEmpty") => Value::Bool(map.is_empty()),
        (Value::Object(map), "containsKey") => Value::Bool(map.contains_key(&argument(0))),
        (Value::Array(_), "get") => return Ok(arguments.first().and_then(|index| at(value, index))),
        (Value::Array(values), "size") => Value::from(values.len()),
        (Value::Array(values), "isEmpty") => Value::Bool(values.is_empty()),
        (Value::Array(values), "contains") => Value::Bool(arguments.first().is_some_and(|item| values.contains(item))),
        (Value::String(text), _) => return of_text(text, name, arguments).map(Some),
        _ => return Err(MappingError::Evaluation(format!(".{name}() is not known on {}", kind(value)))),
    };
    Ok(Some(found))
}

fn of_text(text: &str, name: &str, arguments: &[Value]) -> Result<Value, MappingError> {
    let argument = |place: usize| arguments.get(place).map(printed).unwrap_or_default();
    let index =
        |place: usize| arguments.get(place).and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    let regex = |pattern: String| {
        Regex::new(&pattern).map_err(|error| MappingError::Evaluation(format!("{pattern:?} is not a pattern: {error}")))
    };
    Ok(match name {
        "length" => Value::from(text.chars().count()),
        "isEmpty" => Value::Bool(text.is_empty()),
        "contains" => Value::Bool(text.contains(&argument(0))),
        "startsWith" => Value::Bool(text.starts_with(&argument(0))),
        "endsWith" => Value::Bool(text.ends_with(&argument(0))),
        "equalsIgnoreCase" => Value::Bool(text.eq_ignore_ascii_case(&argument(0))),
        "toLowerCase" => Value::from(text.to_lowercase()),
        "toUpperCase" => Value::from(text.to_uppercase()),
        "trim" => Value::from(text.trim()),
        "replace" => {
            let (from, to) = (argument(0), argument(1));
            budget::fits(text.len().saturating_add(text.matches(&from).count().saturating_mul(to.len())))?;
            Value::from(text.replace(&from, &to))
        }
        "replaceAll" => Value::from(replaced(text, &regex(argument(0))?, &argument(1))?),
        "matches" => Value::Bool(regex(format!("^(?:{})$", argument(0)))?.is_match(text)),
        "split" => {
            let parts: Vec<Value> = regex(argument(0))?.split(text).take(MOST_PARTS + 1).map(Value::from).collect();
            if parts.len() > MOST_PARTS {
                return Err(budget::too_much("a text has more than a million parts"));
            }
            Value::from(parts)
        }
        "indexOf" => text.find(&argument(0)).map_or(json!(-1), |at| Value::from(text[..at].chars().count())),
        "substring" => {
            let (start, end) = (index(0).unwrap_or(0), index(1).unwrap_or(usize::MAX));
            Value::from(text.chars().take(end).skip(start).collect::<String>())
        }
        other => return Err(MappingError::Evaluation(format!(".{other}() is not known on a text"))),
    })
}

/// `text` with every match replaced, as long as it fits.
fn replaced(text: &str, pattern: &Regex, replacement: &str) -> Result<String, MappingError> {
    let (mut result, mut from) = (String::new(), 0);
    for captures in pattern.captures_iter(text) {
        let (start, end) = captures.get(0).map_or((from, from), |whole| (whole.start(), whole.end()));
        result.push_str(&text[from..start]);
        // Each `$1` is a piece of the match.
        let longest = replacement.matches('$').count().saturating_mul(end - start);
        budget::fits(result.len().saturating_add(replacement.len()).saturating_add(longest))?;
        captures.expand(replacement, &mut result);
        from = end;
    }
    result.push_str(&text[from..]);
    Ok(result)
}

/// Changes the value at `place`, which becomes a list or a map where it was nothing yet.
pub(super) fn change(place: &mut Value, method: &str, arguments: &[Value]) -> Value {
    if place.is_null() {
        *place = if matches!(method, "add" | "addAll") { json!([]) } else { json!({}) };
    }
    let argument = |at: usize| arguments.get(at).cloned().unwrap_or(Value::Null);
    match (place, method) {
        (Value::Array(values), "add") => {
            values.push(argument(0));
            Value::Bool(true)
        }
        (Value::Array(values), "addAll") => {
            values.extend(argument(0).as_array().cloned().unwrap_or_default());
            Value::Bool(true)
        }
        (Value::Object(map), "put") => map.insert(printed(&argument(0)), argument(1)).unwrap_or(Value::from("")),
        (Value::Object(map), "putAll") => {
            map.extend(argument(0).as_object().cloned().unwrap_or_default());
            Value::from("")
        }
        (Value::Object(map), "remove") => map.remove(&printed(&argument(0))).unwrap_or(Value::from("")),
        _ => Value::from(""),
    }
}

/// `value[index]`.
pub(super) fn at(value: &Value, index: &Value) -> Option<Value> {
    match value {
        Value::Array(values) => values.get(usize::try_from(index.as_u64()?).ok()?).cloned(),
        Value::Object(map) => map.get(&printed(index)).cloned(),
        _ => None,
    }
}

/// Whole numbers stay whole; what cannot be computed is nothing.
pub(super) fn arithmetic(operator: &str, left: &Value, right: &Value) -> Value {
    if let Some((left, right)) = left.as_i64().zip(right.as_i64()) {
        let result = match operator {
            "+" => left.checked_add(right),
            "-" => left.checked_sub(right),
            "*" => left.checked_mul(right),
            "/" => left.checked_div(right),
            _ => left.checked_rem(right),
        };
        return result.map_or(Value::Null, Value::from);
    }
    let Some((left, right)) = left.as_f64().zip(right.as_f64()) else { return Value::Null };
    Value::from(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    })
}

/// For a text between quotes of JavaScript; a single quote is escaped too, which JSON does not know.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' | '/' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            control if control < ' ' => escaped.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => escaped.push(other),
        }
    }
    escaped
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
