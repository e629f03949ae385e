//! The Runtime API as a function sees it, over plain sockets: one connection for each call, so that nothing has to be kept in step.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// Where the environment's Runtime API is.
#[derive(Debug)]
pub(super) struct Runtime {
    address: String,
}

/// An invocation to serve.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) event: Vec<u8>,
}

impl Runtime {
    pub(super) fn of_environment() -> Option<Runtime> {
        Some(Runtime { address: std::env::var("AWS_LAMBDA_RUNTIME_API").ok()? })
    }

    /// Waits for the next invocation.
    pub(super) fn next(&self) -> io::Result<Invocation> {
        let answer = exchange(&self.address, "GET", "/2018-06-01/runtime/invocation/next", &[], b"")?;
        let request_id = answer.header("lambda-runtime-aws-request-id").ok_or_else(|| broken("no request id"))?;
        Ok(Invocation { request_id: request_id.to_string(), event: answer.body })
    }

    pub(super) fn response(&self, request_id: &str, reply: &[u8]) -> io::Result<()> {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/response");
        exchange(&self.address, "POST", &path, &[], reply).map(drop)
    }

    pub(super) fn error(&self, request_id: &str, error: &Value) -> io::Result<()> {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/error");
        let headers = [("Lambda-Runtime-Function-Error-Type", "unhandled")];
        exchange(&self.address, "POST", &path, &headers, error.to_string().as_bytes()).map(drop)
    }

    pub(super) fn init_error(&self, error: &Value) -> io::Result<()> {
        let kind = error["errorType"].as_str().unwrap_or("Runtime.Unknown");
        let headers = [("Lambda-Runtime-Function-Error-Type", kind)];
        exchange(&self.address, "POST", "/2018-06-01/runtime/init/error", &headers, error.to_string().as_bytes())
            .map(drop)
    }
}

/// Calls an AWS service with the environment's own access key, and gives the answer's status line.
pub(super) fn call(service: &str) -> io::Result<String> {
    let endpoint = std::env::var(format!("AWS_ENDPOINT_URL_{}", service.to_uppercase()))
        .or_else(|_| std::env::var("AWS_ENDPOINT_URL"))
        .map_err(|_| broken("AWS_ENDPOINT_URL is not set"))?;
    let key = std::env::var("AWS_ACCESS_KEY_ID").unwrap_or_default();
    let region = std::env::var("AWS_REGION").unwrap_or_default();
    // The endpoint asks for a key, not for a signature that holds.
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let mut headers = vec![("Authorization", authorization.as_str())];
    let (path, body) = match service {
        "dynamodb" => {
            headers.push(("X-Amz-Target", "DynamoDB_20120810.ListTables"));
            headers.push(("Content-Type", "application/x-amz-json-1.0"));
            ("/", "{}")
        }
        _ => ("/", ""),
    };
    let method = if body.is_empty() { "GET" } else { "POST" };
    let address = endpoint.trim_start_matches("http://").trim_end_matches('/');
    exchange(address, method, path, &headers, body.as_bytes()).map(|answer| answer.status_line)
}

#[derive(Debug)]
struct Answer {
    status_line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn exchange(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(request.as_bytes())?;
    // A reply that is too large is answered before it is read; the answer is what counts.
    let written = stream.write_all(body);
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer)
        && answer.is_empty()
    {
        return Err(written.err().unwrap_or(error));
    }
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(|| broken("no HTTP answer"))?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default().to_string();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(a, b)| (a.to_string(), b.to_string())).collect();
    Ok(Answer { status_line, headers, body: answer.split_off(end + 4) })
}

fn broken(what: &str) -> io::Error {
    io::Error::other(what.to_string())
}
