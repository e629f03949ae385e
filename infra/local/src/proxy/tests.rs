//! Both directions of the proxy integration, from tables: `events.json` and `replies.json`.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::{Identity, MatchedRequest, RequestContext, event, media_type, reply};
use crate::wire::Request;
use stack::{EndpointType, RestApi};

/// A request as it reached the API, and what must stand in the event: keys not named may hold anything.
#[derive(Deserialize)]
struct EventCase {
    name: String,
    target: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    /// The body as bytes, where it is not text.
    #[serde(default)]
    bytes: Vec<u8>,
    #[serde(default)]
    binary: Vec<String>,
    #[serde(default)]
    parameters: Vec<(String, String)>,
    #[serde(default)]
    stage_variables: BTreeMap<String, String>,
    /// Parts of the event. `"absent"` in place of a value: the key must not be there.
    event: Value,
}

fn api(binary_media_types: Vec<String>, stage_variables: BTreeMap<String, String>) -> RestApi {
    RestApi {
        logical_id: "Api".into(),
        id: "abcdefghij".into(),
        name: "board".into(),
        endpoint_type: EndpointType::Regional,
        stage: "dev".into(),
        stage_variables,
        binary_media_types,
        methods: Vec::new(),
        gateway_responses: BTreeMap::new(),
        throttle: None,
        execution_logging: stack::ExecutionLogging::FULL,
        access_log: None,
        stage_logical_id: String::new(),
        usage_plans: Vec::new(),
    }
}

fn context(path: &str) -> RequestContext {
    RequestContext {
        account_id: "123456789012".into(),
        api_id: "abcdefghij".into(),
        deployment_id: "deploy".into(),
        domain_name: "abcdefghij.execute-api.ap-northeast-2.amazonaws.com".into(),
        domain_prefix: "abcdefghij".into(),
        extended_request_id: "AAAAAAAAAAAAAAA=".into(),
        http_method: "POST".into(),
        identity: Identity {
            source_ip: Some("127.0.0.1".into()),
            user_agent: Some("tests".into()),
            ..Identity::default()
        },
        path: format!("/dev{path}"),
        protocol: "HTTP/1.1".into(),
        request_id: "00000000-0000-0000-0000-000000000001".into(),
        request_time: "04/Mar/2020:19:15:17 +0000".into(),
        request_time_epoch: 1_583_349_317_000,
        resource_id: "abc123".into(),
        resource_path: "/{proxy+}".into(),
        stage: "dev".into(),
    }
}

fn event_text(case: EventCase) -> (String, Value) {
    let request = Request {
        method: "POST".into(),
        target: format!("/dev{}", case.target),
        version: "HTTP/1.1",
        headers: case.headers,
        body: if case.bytes.is_empty() { Bytes::from(case.body) } else { Bytes::from(case.bytes) },
        peer: "127.0.0.1:50000".parse().unwrap(),
    };
    let path = case.target.split('?').next().unwrap();
    let text = serde_json::to_string(&event(&MatchedRequest {
        request: &request,
        api: &api(case.binary, case.stage_variables),
        context: &context(path),
        path,
        path_parameters: &case.parameters,
        trace_id: "Root=1-5e5ffa15-0123456789abcdef01234567",
        edge: None,
    }));
    (text.unwrap(), case.event)
}

fn differences(expected: &Value, found: Option<&Value>, at: &str, wrong: &mut Vec<String>) {
    match (expected, found) {
        (Value::String(word), None) if word == "absent" => {}
        (Value::Object(expected), Some(Value::Object(found))) if !expected.is_empty() => {
            for (key, value) in expected {
                differences(value, found.get(key), &format!("{at}.{key}"), wrong);
            }
        }
        (expected, found) if found == Some(expected) => {}
        (expected, found) => wrong.push(format!("{at}: {expected} expected, {found:?} found")),
    }
}

#[test]
fn events() {
    let cases: Vec<EventCase> = serde_json::from_str(include_str!("events.json")).unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.name.clone();
        let (text, expected) = event_text(case);
        differences(&expected, Some(&serde_json::from_str(&text).unwrap()), &name, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_event_has_every_key_in_the_documented_order() {
    let case = EventCase {
        name: String::new(),
        target: "/board".into(),
        headers: vec![("Host".into(), "localhost".into())],
        body: String::new(),
        bytes: Vec::new(),
        binary: Vec::new(),
        parameters: Vec::new(),
        stage_variables: BTreeMap::new(),
        event: Value::Null,
    };
    let expected: String = include_str!("plain_event.json").lines().map(str::trim).collect();
    assert_eq!(event_text(case).0, expected);
}

/// A function's reply, and the answer or the reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyCase {
    /// JSON, or a string that is sent as it is when `raw` is true.
    reply: Value,
    #[serde(default)]
    raw: bool,
    accept: Option<String>,
    #[serde(default)]
    binary: Vec<String>,
    #[serde(default)]
    status: u16,
    headers: Option<Vec<(String, String)>>,
    body: Option<String>,
    malformed: Option<String>,
}

#[test]
fn replies() {
    let cases: Vec<ReplyCase> = serde_json::from_str(include_str!("replies.json")).unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let payload = match &case.reply {
            Value::String(text) if case.raw => text.clone(),
            json => json.to_string(),
        };
        let found = reply(payload.as_bytes(), case.accept.as_deref(), &case.binary);
        let good = match (&found, &case.malformed) {
            (Ok(answer), None) => {
                answer.status == case.status
                    && case.headers.is_none_or(|headers| headers == answer.headers)
                    && case.body.is_none_or(|body| body.as_bytes() == answer.body)
            }
            (Err(malformed), Some(reason)) => {
                let status = if case.status == 0 { 502 } else { case.status };
                malformed.to_string() == *reason && malformed.status() == status
            }
            _ => false,
        };
        if !good {
            wrong.push(format!("{payload}\n  gives {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_reply_makes_the_judge_panic() {
    let cases: Vec<ReplyCase> = serde_json::from_str(include_str!("replies.json")).unwrap();
    let binary = ["*/*".to_string()];
    let mut judged = 0;
    for text in cases.iter().map(|case| case.reply.to_string()) {
        for at in 0..text.len() {
            for replacement in *b"\"{}[]:,0-e\\\0\xff" {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = replacement;
                judged += usize::from(reply(&bytes, None, &binary).is_ok());
                let _ = reply(&bytes[..at], None, &binary);
            }
        }
    }
    assert!(judged > 500, "some of them are still good replies: {judged}");
}

#[test]
fn binary_media_types() {
    let check = |entries: &[&str], media_type: &str| {
        let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
        media_type::is_binary(media_type, &entries)
    };
    for (entries, media_type, binary) in [
        (&["image/png"][..], "image/png", true),
        (&["image/png"], "IMAGE/PNG", true),
        (&["image/png"], "image/*", false),
        (&["image/png"], "*/*", false),
        (&["image/*"], "image/webp", true),
        (&["image/*"], "image/*", true),
        (&["image/*"], "imagery/webp", false),
        (&["*/test"], "image/test", false),
        (&["*/test"], "*/test", false),
        (&["*/*"], "text/plain", true),
        (&[], "*/*", false),
    ] {
        assert_eq!(check(entries, media_type), binary, "{media_type} for {entries:?}");
    }
    assert_eq!(media_type::first("image/png;q=0.1, */*"), "image/png");
}
