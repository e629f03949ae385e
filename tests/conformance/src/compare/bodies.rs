//! Bodies: exact bytes, or one of the forms in which they can be known less exactly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;
use serde_json::Value;

use super::{Difference, cut, shown, values};
use crate::observed::Answer;

/// What may stand in the place of a hole in a `{"template": …}`: an id, without markup or quotes.
const HOLE: &str = "[^<>\"\\s]+";

/// `expect.body`: a text that is the body to the byte, or `regex`, `json`, `base64` or `template`.
pub(super) fn compare(expected: &Value, answer: &Answer, found: &mut Vec<Difference>) {
    let text = String::from_utf8_lossy(&answer.body);
    let mut differs = || found.push(Difference::new("body", shown(expected), cut(&format!("{text:?}"))));
    let form = expected.as_object().and_then(|object| object.iter().next());
    match (expected, form.map(|(key, value)| (key.as_str(), value))) {
        (Value::String(exact), _) if exact.as_bytes() == answer.body => {}
        (Value::String(_), _) => differs(),
        (_, Some(("json", json))) => match answer.json() {
            Some(got) => values::compare("body", &serde_json::json!({ "json": json }), Some(&got), found),
            None => differs(),
        },
        (_, Some(("base64", Value::String(encoded)))) => {
            if STANDARD.encode(&answer.body) != *encoded {
                differs();
            }
        }
        (_, Some(("template", Value::String(template)))) => {
            if !pattern_of(template).is_some_and(|pattern| pattern.is_match(&text)) {
                differs();
            }
        }
        (_, Some(("regex" | "present" | "absent", _))) => {
            let got = Some(Value::from(text.as_ref())).filter(|_| !answer.body.is_empty());
            // An empty body is a text too, and a pattern may match it.
            let got = if expected.get("regex").is_some() { Some(Value::from(text.as_ref())) } else { got };
            values::compare("body", expected, got.as_ref(), found);
        }
        _ => found.push(Difference(format!("cannot be expressed: expect.body {}", shown(expected)))),
    }
}

/// A template's exact text with holes such as `{RequestId}`.
fn pattern_of(template: &str) -> Option<Regex> {
    let mut pattern = String::from("^");
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        pattern.push_str(&regex_lite::escape(before));
        if name.chars().all(char::is_alphanumeric) && !name.is_empty() {
            pattern.push_str(HOLE);
            rest = behind;
        } else {
            pattern.push_str("\\{");
            rest = after;
        }
    }
    pattern.push_str(&regex_lite::escape(rest));
    pattern.push('$');
    Regex::new(&pattern).ok()
}

/// The `error` or the `message` of an AWS service's refusal, wherever the protocol puts it.
pub(super) fn service_error(key: &str, answer: &Answer) -> Option<Value> {
    let body = answer.json().unwrap_or(Value::Null);
    let found = if key == "error" {
        let header = answer.values("x-amzn-errortype").first().map(|text| text.to_string());
        header.or_else(|| body["__type"].as_str().or(body["code"].as_str()).map(str::to_string))
    } else {
        body["message"].as_str().or(body["Message"].as_str()).map(str::to_string)
    };
    // `com.amazon.coral.service#AccessDeniedException:http://…`
    let found = found?;
    if key == "message" {
        return Some(Value::from(found));
    }
    let name = found.rsplit('#').next().unwrap_or(&found).split(':').next().unwrap_or_default();
    Some(Value::from(name))
}
