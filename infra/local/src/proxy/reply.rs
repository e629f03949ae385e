//! The reply: what a function may answer, and the HTTP response that becomes of it.
//!
//! The rules are neither what the documentation says nor what one would guess: no key is required (`{}` is a 200), but any
//! sixth key is fatal. Where nobody has recorded what AWS does (a number as a header's value, a status out of range)
//! the reply is refused, so that what passes here passes there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Malformed, headers, media_type};
use crate::wire::Response;

const KEYS: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/// The HTTP response that the function's reply `payload` asks for, before the gateway adds its own headers.
///
/// `accept` is the caller's `Accept` header. The body is decoded from base64 only if the reply says so, and the first type
/// that the caller accepts is one of `binary_media_types`; the reply's own `Content-Type` does not matter.
///
/// # Errors
///
/// [`Malformed`] says which rule the reply breaks; the caller then gets [`Malformed::status`].
pub fn reply(payload: &[u8], accept: Option<&str>, binary_media_types: &[String]) -> Result<Response, Malformed> {
    let value: Value = serde_json::from_slice(payload).map_err(|error| Malformed::NotJson(error.to_string()))?;
    let Value::Object(mut reply) = value else {
        return Err(Malformed::NotAnObject { found: described(&value) });
    };
    let keys: Vec<String> = reply.keys().filter(|key| !KEYS.contains(&key.as_str())).cloned().collect();
    if !keys.is_empty() {
        return Err(Malformed::UnknownKeys { keys });
    }
    let status = status(reply.get("statusCode"))?;
    let headers = sent_headers(reply.get("headers"), reply.get("multiValueHeaders"))?;
    let encoded = match reply.get("isBase64Encoded") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(encoded)) => *encoded,
        Some(other) => return Err(wrong("isBase64Encoded", other, "true or false")),
    };
    let text = body(&mut reply)?;
    let wants_binary = media_type::is_binary(media_type::first(accept.unwrap_or("*/*")), binary_media_types);
    let body = if encoded && wants_binary {
        Bytes::from(STANDARD.decode(text).map_err(|error| Malformed::Base64(error.to_string()))?)
    } else {
        Bytes::from(text)
    };
    Ok(Response { status, headers, body })
}

/// A number, or a number in a string; 200 when left out.
fn status(value: Option<&Value>) -> Result<u16, Malformed> {
    let number = match value {
        None | Some(Value::Null) => Some(200),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Some(_) => None,
    };
    match number.and_then(|number| u16::try_from(number).ok()) {
        Some(status @ 200..=599) => Ok(status),
        _ => Err(Malformed::StatusCode { found: value.map_or_else(String::new, quoted) }),
    }
}

fn body(reply: &mut Map<String, Value>) -> Result<String, Malformed> {
    match reply.remove("body") {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(other @ (Value::Object(_) | Value::Array(_))) => {
            Err(wrong("body", &other, "a string (serialise it to JSON text first)"))
        }
        Some(other) => Err(wrong("body", &other, "a string")),
    }
}

/// The header lines that go out: first those with several values, then the single ones under the spelling that the former
/// had, nothing twice, `Content-Type` in front.
fn sent_headers(single: Option<&Value>, multi: Option<&Value>) -> Result<Vec<(String, String)>, Malformed> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for (name, values) in entries(multi, "multiValueHeaders")? {
        let Value::Array(values) = values else {
            return Err(wrong(&format!("multiValueHeaders.{name}"), values, "a list of strings"));
        };
        for value in values {
            add(&mut lines, name, &scalar("multiValueHeaders", name, value)?)?;
        }
    }
    for (name, value) in entries(single, "headers")? {
        add(&mut lines, name, &scalar("headers", name, value)?)?;
    }
    match lines.iter().position(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        Some(at) => lines[..=at].rotate_right(1),
        None => lines.insert(0, ("Content-Type".to_string(), "application/json".to_string())),
    }
    Ok(lines)
}

fn entries<'a>(map: Option<&'a Value>, key: &str) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, Malformed> {
    match map {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(other) => Err(wrong(key, other, "an object of header names and values")),
    }
}

fn scalar(key: &str, name: &str, value: &Value) -> Result<String, Malformed> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        other => {
            let wanted = if key == "headers" { "a string" } else { "a list of strings" };
            Err(wrong(&format!("{key}.{name}"), other, wanted))
        }
    }
}

fn add(lines: &mut Vec<(String, String)>, name: &str, value: &str) -> Result<(), Malformed> {
    let sendable = http::HeaderName::from_bytes(name.as_bytes()).is_ok() && !value.contains(['\r', '\n', '\0']);
    if !sendable {
        return Err(Malformed::Header { name: name.to_string() });
    }
    let Some(sent) = headers::sent_name(name) else { return Ok(()) };
    let name = match lines.iter().find(|(given, _)| given.eq_ignore_ascii_case(&sent)) {
        Some((given, _)) => given.clone(),
        None => sent,
    };
    if !lines.iter().any(|(given, present)| *given == name && present == value) {
        lines.push((name, value.to_string()));
    }
    Ok(())
}

fn wrong(key: &str, found: &Value, wanted: &'static str) -> Malformed {
    Malformed::Type { key: key.to_string(), found: described(found), wanted }
}

/// `a string`, `null`, …: the value's kind.
fn described(value: &Value) -> String {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
    .to_string()
}

/// The value itself where it is short, its kind otherwise.
fn quoted(value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Array(_) => described(value),
        short => short.to_string(),
    }
}
