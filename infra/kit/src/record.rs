//! What of an exchange is compared with the answer key: the request, the function's reply, the HTTP response.
//!
//! Spellings that mean the same are made the same: header names without case, `headers` and `multiValueHeaders`
//! together, a body that holds JSON as that JSON, so neither the order of keys nor white space makes an answer wrong. A status
//! in a string of digits is the number, as it is for API Gateway, and JSON is JSON whether its charset is said or not.

use serde_json::{Map, Value, json};

use crate::http::{Request, Response};
use crate::mask::masked;
use crate::words::pointer;

/// Headers that the gateway and the connection add; they say nothing about a function.
const NOT_THE_FUNCTIONS: [&str; 7] =
    ["connection", "content-length", "date", "keep-alive", "x-amz-apigw-id", "x-amzn-requestid", "x-amzn-trace-id"];

/// The text that stands for words which a learner chooses.
const OWN_WORDS: &str = "[your words]";

/// The exchange as the answer key keeps it, masked. `own_words` names fields of the response's JSON body (`error.message`)
/// that must hold text, or a number, whichever.
pub(crate) fn record(request: &Request, reply: Option<&[u8]>, response: &Response, own_words: &[&str]) -> Value {
    let mut record = json!({
        "request": format!("{} {}", request.method, request.target),
        "response": {
            "status": response.status,
            "headers": response_headers(&response.headers),
            "body": body(&response.body),
        },
    });
    if let Some(reply) = reply {
        record["reply"] = reply_record(reply);
    }
    for field in own_words {
        let pointer = pointer(&format!("body.{field}"));
        for part in ["reply", "response"] {
            if let Some(text) = record[part]
                .pointer_mut(&pointer)
                .filter(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
            {
                *text = OWN_WORDS.into();
            }
        }
    }
    masked(&record)
}

fn reply_record(reply: &[u8]) -> Value {
    let Ok(Value::Object(fields)) = serde_json::from_slice(reply) else {
        return body(reply);
    };
    let mut kept = Map::new();
    let mut headers = Map::new();
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("headers" | "multiValueHeaders", Value::Object(named)) => {
                headers.extend(named.into_iter().map(|(name, value)| {
                    let (name, value) = (name.to_ascii_lowercase(), single(value));
                    let value = value.as_str().map(|text| header_value(&name, text)).unwrap_or(value);
                    (name, value)
                }));
            }
            ("headers" | "multiValueHeaders" | "body", Value::Null) | ("isBase64Encoded", Value::Bool(false)) => {}
            ("body", Value::String(text)) => {
                kept.insert(key, body(text.as_bytes()));
            }
            ("statusCode", Value::String(digits)) => {
                kept.insert(key, digits.parse::<u16>().map_or(Value::String(digits), Value::from));
            }
            (_, value) => {
                kept.insert(key, value);
            }
        }
    }
    kept.insert("headers".to_string(), Value::Object(headers));
    Value::Object(kept)
}

/// A list of one value means that value.
fn single(value: Value) -> Value {
    match value {
        Value::Array(mut values) if values.len() == 1 => values.remove(0),
        other => other,
    }
}

fn response_headers(headers: &[(String, String)]) -> Map<String, Value> {
    let mut named = Map::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if NOT_THE_FUNCTIONS.contains(&name.as_str()) {
            continue;
        }
        match named.get_mut(&name) {
            Some(Value::String(before)) => *before = format!("{before}, {value}"),
            _ => {
                let value = header_value(&name, value);
                named.insert(name, value);
            }
        }
    }
    named
}

/// A header's value as the key keeps it; `name` is in small letters. JSON is always UTF-8, so a charset says nothing about it
/// (<https://www.rfc-editor.org/rfc/rfc8259#section-11>).
fn header_value(name: &str, value: &str) -> Value {
    let said = value.to_ascii_lowercase().replace([' ', '"'], "");
    let is_json = name == "content-type" && said == "application/json;charset=utf-8";
    Value::from(if is_json { "application/json" } else { value })
}

/// JSON as JSON, everything else as text.
fn body(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(reply: &str, own_words: &[&str]) -> Value {
        let request = Request { method: "GET".into(), target: "/hello".into(), ..Request::default() };
        let headers =
            vec![("Date".into(), "today".into()), ("Allow".into(), "GET".into()), ("allow".into(), "PUT".into())];
        let response =
            Response { status: 400, headers, body: br#"{"error":{"message":"nope","code":"bad"}}"#.to_vec() };
        record(&request, Some(reply.as_bytes()), &response, own_words)
    }

    #[test]
    fn two_spellings_of_one_reply_are_one_record() {
        let plain = r#"{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"{\"a\":1,\"b\":2}"}"#;
        let other = r#"{"body":"{ \"b\": 2, \"a\": 1 }","isBase64Encoded":false,"headers":null,
                        "multiValueHeaders":{"content-type":["text/plain"]},"statusCode":"200"}"#;
        assert_eq!(recorded(plain, &[]), recorded(other, &[]));
        let of_type = |value: &str| recorded(&json!({ "headers": { "Content-Type": value } }).to_string(), &[]);
        assert_eq!(of_type("application/json"), of_type("application/json; charset=UTF-8"));
        assert_ne!(of_type("text/plain"), of_type("text/plain; charset=utf-8"));
        assert_eq!(recorded(plain, &[])["reply"]["headers"], json!({"content-type": "text/plain"}));
    }

    #[test]
    fn keeps_what_the_function_said_and_not_what_the_connection_added() {
        let record = recorded("{}", &["error.message"]);
        assert_eq!(record["response"]["headers"], json!({"allow": "GET, PUT"}));
        assert_eq!(record["response"]["body"]["error"], json!({"code": "bad", "message": "[your words]"}));
    }
}
