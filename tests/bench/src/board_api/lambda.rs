//! What a function meets on Lambda, in small: a Runtime API that hands out one event after another, and a table that answers every
//! call with the same bytes at once.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::http::{Request, Server, answer};

/// How long a function may take for one event, or to start, before the run is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Posts on the page that the table answers with: one more than the board shows, by which it knows that there are more.
const POSTS: u32 = 21;

/// A reply, and when the bench had all of it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) body: Vec<u8>,
    /// From the moment in which the event was handed out.
    pub(crate) took: Duration,
    pub(crate) arrived: Instant,
}

/// The Runtime API of one execution environment.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    server: Server,
    events: Sender<Vec<u8>>,
    replies: Receiver<Result<Reply, String>>,
}

impl RuntimeApi {
    pub(crate) fn start() -> io::Result<RuntimeApi> {
        let (events, waiting) = channel::<Vec<u8>>();
        let (done, replies) = channel();
        let waiting = Mutex::new(waiting);
        let handed_out = Mutex::new(Instant::now());
        let invocations = Mutex::new(0_u64);
        let server = Server::start(move |request| {
            let arrived = Instant::now();
            let (_, path) = request.line();
            if path.ends_with("/invocation/next") {
                // No more events: the function is about to be ended.
                let event = locked(&waiting).recv().ok()?;
                let mut invocation = locked(&invocations);
                *invocation += 1;
                let bytes = next(*invocation, &event);
                *locked(&handed_out) = Instant::now();
                return Some(bytes);
            }
            let took = arrived.saturating_duration_since(*locked(&handed_out));
            let outcome = match path.ends_with("/response") {
                true => Ok(Reply { body: request.body, took, arrived }),
                false => Err(format!("{path}: {}", String::from_utf8_lossy(&request.body))),
            };
            done.send(outcome).ok()?;
            Some(answer("202 Accepted", &[], b""))
        })?;
        Ok(RuntimeApi { server, events, replies })
    }

    /// As `AWS_LAMBDA_RUNTIME_API` has it.
    pub(crate) fn address(&self) -> String {
        self.server.address().to_string()
    }

    /// Has the next event wait for the function.
    pub(crate) fn hand_out(&self, event: &[u8]) {
        // A server that is gone shows in the missing reply.
        drop(self.events.send(event.to_vec()));
    }

    /// The reply to the event.
    ///
    /// # Errors
    ///
    /// The function's own, or that it said nothing.
    pub(crate) fn reply(&self) -> Result<Reply, String> {
        self.replies.recv_timeout(PATIENCE).unwrap_or_else(|why| match why {
            RecvTimeoutError::Timeout => Err(format!("no reply within {} s", PATIENCE.as_secs())),
            RecvTimeoutError::Disconnected => Err("the Runtime API is gone".to_string()),
        })
    }
}

/// The answer with an event.
fn next(invocation: u64, event: &[u8]) -> Vec<u8> {
    let id = format!("8476a536-e9f4-11e8-9739-{invocation:012x}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let deadline = (now + PATIENCE).as_millis().to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", id.as_str()),
        ("Lambda-Runtime-Deadline-Ms", deadline.as_str()),
        ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api"),
        ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"),
    ];
    answer("200 OK", &headers, event)
}

/// A table that answers each operation with the same bytes, and remembers what it was asked last.
#[derive(Debug)]
pub(crate) struct CannedTable {
    server: Server,
    asked: Arc<Mutex<Option<Request>>>,
}

impl CannedTable {
    pub(crate) fn start() -> io::Result<CannedTable> {
        let asked = Arc::new(Mutex::new(None));
        let last = asked.clone();
        let empty = answered(&json!({}));
        let page = answered(&page());
        let server = Server::start(move |request| {
            let target = request.header("x-amz-target").unwrap_or_default();
            let bytes = if target.ends_with(".Query") { page.clone() } else { empty.clone() };
            *locked(&last) = Some(request);
            Some(bytes)
        })?;
        Ok(CannedTable { server, asked })
    }

    /// As `AWS_ENDPOINT_URL` has it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The last request, which is then forgotten.
    pub(crate) fn asked(&self) -> Option<Request> {
        locked(&self.asked).take()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer of DynamoDB, with the checksum that clients compare.
fn answered(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let mut sum = flate2::Crc::new();
    sum.update(body.as_bytes());
    let sum = sum.sum().to_string();
    let headers = [
        ("Server", "Server"),
        ("Content-Type", "application/x-amz-json-1.0"),
        ("Connection", "keep-alive"),
        ("x-amzn-RequestId", "4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG"),
        ("x-amz-crc32", sum.as_str()),
    ];
    answer("200 OK", &headers, body.as_bytes())
}

/// A page of posts as the board stores them, the newest first.
fn page() -> Value {
    let items: Vec<Value> = (0..POSTS).rev().map(post).collect();
    let last = items.last().map(|item| json!({ "pk": item["pk"], "sk": item["sk"] }));
    json!({ "Count": POSTS, "Items": items, "LastEvaluatedKey": last, "ScannedCount": POSTS })
}

/// The post that was written in this second, as an item.
pub(crate) fn post(second: u32) -> Value {
    // 2026-01-01, in milliseconds.
    let written = 1_767_225_600_000_u64 + u64::from(second) * 1000;
    let id = format!("{:08x}-{:04x}-7000-8000-{second:012x}", written >> 16, written & 0xffff);
    let at = time::OffsetDateTime::from_unix_timestamp((written / 1000).cast_signed())
        .ok()
        .and_then(|moment| moment.format(&time::format_description::well_known::Rfc3339).ok())
        .map(|text| text.replace('Z', ".000Z"))
        .unwrap_or_default();
    json!({
        "pk": { "S": "BOARD" },
        "sk": { "S": format!("POST#{id}") },
        "id": { "S": id },
        "title": { "S": format!("Lost: a grey umbrella, number {second}") },
        "body": { "S": "It was left by the window of the reading room on the second floor, some time before noon." },
        "author": { "S": "Ada" },
        "createdAt": { "S": at },
        "updatedAt": { "S": at },
        "version": { "N": "1" },
    })
}

/// The event of `GET /board?limit=20`, as API Gateway writes it.
pub(crate) fn get_event() -> Value {
    let mut event = event("GET");
    event["queryStringParameters"] = json!({ "limit": "20" });
    event["multiValueQueryStringParameters"] = json!({ "limit": ["20"] });
    event
}

/// The event of `POST /board` with a post and a key.
pub(crate) fn post_event() -> Value {
    let mut event = event("POST");
    let key = "5f0c7d2e-0000-4000-8000-000000000000";
    event["headers"]["Idempotency-Key"] = key.into();
    event["multiValueHeaders"]["Idempotency-Key"] = json!([key]);
    event["headers"]["content-type"] = "application/json".into();
    event["multiValueHeaders"]["content-type"] = json!(["application/json"]);
    let body = json!({
        "title": "Lost: a grey umbrella",
        "body": "It was left by the window of the reading room on the second floor, some time before noon.",
        "author": "Ada",
    });
    event["body"] = body.to_string().into();
    event
}

fn event(method: &str) -> Value {
    let headers = [
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Accept-Language", "en-US,en;q=0.9,ko;q=0.8"),
        ("Host", "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"),
        ("origin", "https://board.example.com"),
        (
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        ),
        ("X-Amzn-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ];
    let single: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    let multiple: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), json!([value]))).collect();
    json!({
        "resource": "/board",
        "path": "/board",
        "httpMethod": method,
        "headers": single,
        "multiValueHeaders": multiple,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5",
            "extendedRequestId": "abcdefghijklmno=",
            "httpMethod": method,
            "identity": { "sourceIp": "192.0.2.1", "userAgent": "Mozilla/5.0" },
            "path": "/dev/board",
            "protocol": "HTTP/1.1",
            "requestId": "0f0f0f0f-0000-4000-8000-000000000000",
            "requestTime": "30/Nov/2026:12:00:00 +0000",
            "requestTimeEpoch": 1_796_040_000_000_u64,
            "resourceId": "abc123",
            "resourcePath": "/board",
            "stage": "dev",
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
