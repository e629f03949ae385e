//! Nonsense from a seeded generator, from the bytes on the socket to the answer: nothing panics, and what holds for every request
//! holds for these.
//!
//! The short run is for every day. `cargo test -p local --release -- --ignored a_million` is the long one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use stack::{MethodRequest, PassthroughBehavior, RequestParameter};

/// Marsaglia's xorshift: the same nonsense on every machine for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(most).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Pieces of what requests are made of, and now and then a byte of anything.
    fn text(&mut self, pieces: &[&str], most: usize) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..self.below(most) {
            if self.below(12) == 0 {
                text.push(self.roll().to_le_bytes()[0]);
            } else {
                text.extend_from_slice(self.one(pieces).as_bytes());
            }
        }
        text
    }
}

const METHODS: [&str; 12] =
    ["GET", "GET", "POST", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY", "get", "\u{e9}"];
const PATHS: [&str; 18] = [
    "/", "//", "dev", "a", "b", "..", "%2F", "%", "%zz", "{proxy+}", "?", "&", "=", "+", "#", " ", "x=1&x=2",
    "\u{d55c}",
];
/// Paths that lead somewhere, so that half of the nonsense gets past the door.
const ROUTES: [&str; 6] = ["/a/b", "/a/b?x=404", "/a/1?x=1", "/a/1", "/b", "/deep/er/"];
const BODIES: [&str; 5] = ["", "", "{}", "[1", "\u{d55c}"];
const NAMES: [&str; 16] = [
    "Host",
    "host",
    "Content-Type",
    "Accept",
    "X-Own",
    "x-api-key",
    "authorization",
    "x-amzn-trace-id",
    "Via",
    "Expect",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "X-HTTP-Method-Override",
    "User-Agent",
    "X-Forwarded-For",
];
const VALUES: [&str; 16] = [
    "localhost",
    "127.0.0.1:80",
    "application/json",
    "image/png",
    "*/*",
    ",",
    ";",
    "Root=1-",
    "close",
    "chunked",
    "100-continue",
    "5",
    "0",
    "a=b",
    "Bearer x",
    "\u{fe0f}",
];
const TEMPLATE: [&str; 20] = [
    "$",
    "#",
    "input",
    ".json('$",
    "context.",
    "#set(",
    "#if(",
    "#end",
    "#else",
    "#foreach($i in ",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "'",
    "\"",
    "$a",
    " = 1",
];

/// One request as bytes: usually whole, sometimes cut.
fn bytes(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = format!("{} /dev", dice.one(&METHODS)).into_bytes();
    match dice.below(2) {
        0 => bytes.extend_from_slice(dice.one(&ROUTES).as_bytes()),
        _ => bytes.extend(dice.text(&PATHS, 12)),
    }
    bytes.extend_from_slice(b" HTTP/1.1\r\n");
    if dice.below(8) > 0 {
        bytes.extend_from_slice(b"Host: localhost\r\n");
    }
    for _ in 0..dice.below(6) {
        bytes.extend_from_slice(dice.one(&NAMES).as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend(dice.text(&VALUES, 4));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    if dice.below(10) == 0 {
        let end = dice.below(bytes.len());
        bytes.truncate(end);
    }
    bytes
}

fn json(dice: &mut Dice, depth: usize) -> Value {
    const KEYS: [&str; 9] = [
        "statusCode",
        "headers",
        "multiValueHeaders",
        "body",
        "isBase64Encoded",
        "x-own",
        "Date",
        "content-type",
        "\r\n",
    ];
    match dice.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(dice.below(2) == 0),
        2 => Value::from(dice.roll() % 700),
        3 => Value::from(-1.5),
        4 => Value::from(dice.one(&["200", "99", "", "application/json", "aGk=", "a\nb", "\u{d55c}"])),
        5 => Value::from(String::from_utf8_lossy(&dice.text(&VALUES, 6)).into_owned()),
        6 => (0..dice.below(4)).map(|_| json(dice, depth - 1)).collect(),
        _ => Value::Object((0..dice.below(6)).map(|_| (dice.one(&KEYS).to_string(), json(dice, depth - 1))).collect()),
    }
}

/// Methods of every kind, so that nonsense gets everywhere.
fn everything() -> RestApi {
    let proxied = Integration::lambda_proxy("nobody", Duration::from_secs(1));
    let mut validated = Method::new("POST", "/a/{id}", proxied.clone());
    validated.request = MethodRequest {
        required_parameters: vec![RequestParameter::QueryString("x".into()), RequestParameter::Header("X-Own".into())],
        models: BTreeMap::from([("application/json".into(), serde_json::json!({ "type": "object" }))]),
        validate_parameters: true,
        validate_body: true,
    };
    let mut mock = Integration::mock(200, BTreeMap::new(), "$input.params('x') $input.json('$') $context.path");
    mock.passthrough_behavior = PassthroughBehavior::Never;
    mock.request_templates.insert("image/png".into(), "{statusCode: $input.params('x')}".into());
    let methods = vec![
        Method::new("ANY", "/{proxy+}", proxied),
        validated,
        Method::new("GET", "/a/b", mock),
        Method { api_key_required: true, ..method("GET /b") },
    ];
    // Far above what one run asks for, or most answers would be a 429.
    let throttle = Some(Throttle { rate_limit: 1.0, burst_limit: 1e12 });
    RestApi { binary_media_types: vec!["image/*".into()], endpoint_type: EndpointType::Edge, throttle, ..api(methods) }
}

/// Judges one piece of nonsense of every kind.
async fn round(dice: &mut Dice, everything: &Stage, seen: &mut BTreeSet<u16>) {
    let bytes = bytes(dice);
    if let Some(Ok(mut request)) = crate::wire::parsed(&bytes) {
        request.body = Bytes::copy_from_slice(dice.one(&BODIES).as_bytes());
        let answer = everything.answer(request).await;
        seen.insert(answer.status);
        assert!((200..=599).contains(&answer.status), "{bytes:?}: {}", answer.status);
    }
    let payload = match dice.below(10) {
        0 => dice.text(&VALUES, 8),
        _ => json(dice, 3).to_string().into_bytes(),
    };
    if let Ok(reply) = proxy::reply(&payload, Some(dice.one(&VALUES)), &["image/*".to_string()]) {
        let sendable = |text: &str| !text.contains(['\r', '\n', '\0']);
        let lines = reply.headers.iter().all(|(name, value)| sendable(name) && sendable(value));
        assert!((200..=599).contains(&reply.status) && lines, "{}", String::from_utf8_lossy(&payload));
    }
    // A template is its owner's, and still nothing that a template says may end the gateway.
    let template = String::from_utf8_lossy(&dice.text(&TEMPLATE, 14)).into_owned();
    let mut api = api(vec![method("GET /a")]);
    api.methods[0].integration.request_templates = BTreeMap::from([("application/json".into(), template)]);
    let answer = gateway(api, None, None).0.answer(request("GET /dev/a", &[])).await;
    assert!((200..=599).contains(&answer.status), "{}", answer.status);
}

async fn rounds(seed: u64, count: usize) {
    let mut dice = Dice(seed);
    let (gateway, _) = gateway(everything(), None, None);
    let mut seen = BTreeSet::new();
    for _ in 0..count {
        round(&mut dice, &gateway, &mut seen).await;
    }
    // Nonsense that never gets past the door would prove nothing.
    assert!([200, 400, 403, 415, 500].iter().all(|status| seen.contains(status)), "{seen:?}");
}

#[tokio::test]
async fn nonsense_is_answered() {
    rounds(0x9e37_79b9_7f4a_7c15, 5_000).await;
}

#[tokio::test]
#[ignore = "the long run, for a release build"]
async fn a_million_pieces_of_nonsense_are_answered() {
    rounds(0x2545_f491_4f6c_dd1d, 1_000_000).await;
}
