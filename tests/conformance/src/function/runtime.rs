//! The Runtime API as a function sees it, over a plain socket that is kept open, as the runtimes of AWS keep theirs.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use local::signature::{Credentials, SignableRequest, sign};
use serde_json::Value;
use time::OffsetDateTime;

/// Where the environment's Runtime API is.
#[derive(Debug)]
pub(super) struct Runtime {
    address: String,
    /// The connection of the last call, unless the other side closes it.
    kept: Option<Connection>,
}

/// An invocation to serve.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) event: Vec<u8>,
}

impl Runtime {
    pub(super) fn of_environment() -> Option<Runtime> {
        Some(Runtime { address: std::env::var("AWS_LAMBDA_RUNTIME_API").ok()?, kept: None })
    }

    /// Waits for the next invocation.
    pub(super) fn next(&mut self) -> io::Result<Invocation> {
        let answer = self.exchange("GET", "/2018-06-01/runtime/invocation/next", &[], b"")?;
        let request_id = answer.header("lambda-runtime-aws-request-id").ok_or_else(|| broken("no request id"))?;
        Ok(Invocation { request_id: request_id.to_string(), event: answer.body })
    }

    pub(super) fn response(&mut self, request_id: &str, reply: &[u8]) -> io::Result<()> {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/response");
        self.exchange("POST", &path, &[], reply).map(drop)
    }

    pub(super) fn error(&mut self, request_id: &str, error: &Value) -> io::Result<()> {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/error");
        let headers = [("Lambda-Runtime-Function-Error-Type", "unhandled")];
        self.exchange("POST", &path, &headers, error.to_string().as_bytes()).map(drop)
    }

    pub(super) fn init_error(&mut self, error: &Value) -> io::Result<()> {
        let kind = error["errorType"].as_str().unwrap_or("Runtime.Unknown");
        let headers = [("Lambda-Runtime-Function-Error-Type", kind)];
        self.exchange("POST", "/2018-06-01/runtime/init/error", &headers, error.to_string().as_bytes()).map(drop)
    }

    fn exchange(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut connection = match self.kept.take() {
            Some(kept) => kept,
            None => Connection::open(&self.address)?,
        };
        let answer = connection.exchange(method, path, headers, body)?;
        let closes = answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        self.kept = Some(connection).filter(|_| !closes);
        Ok(answer)
    }
}

/// Calls an AWS service with the environment's own access key, and gives the answer's status line.
pub(super) fn call(service: &str) -> io::Result<String> {
    let endpoint = std::env::var(format!("AWS_ENDPOINT_URL_{}", service.to_uppercase()))
        .or_else(|_| std::env::var("AWS_ENDPOINT_URL"))
        .map_err(|_| broken("AWS_ENDPOINT_URL is not set"))?;
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let credentials = Credentials {
        access_key_id: variable("AWS_ACCESS_KEY_ID"),
        secret_access_key: variable("AWS_SECRET_ACCESS_KEY"),
        session_token: std::env::var("AWS_SESSION_TOKEN").ok(),
    };
    let mut headers = Vec::new();
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
    let unsigned = SignableRequest { method, target: path, host: address, body: body.as_bytes() };
    let signed = sign(&credentials, service, unsigned, OffsetDateTime::now_utc());
    headers.extend(signed.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Connection::open(address)?.exchange(method, path, &headers, body.as_bytes()).map(|answer| answer.status_line)
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

#[derive(Debug)]
struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: &str) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        // A call goes out at once: nobody sends more before it is answered.
        stream.set_nodelay(true)?;
        Ok(Connection { host: address.to_string(), stream: BufReader::new(stream) })
    }

    fn exchange(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        // A reply that is too large is answered before it is read; the answer is what counts.
        let written = self.stream.get_mut().write_all(&[request.as_bytes(), body].concat());
        self.answer().map_err(|error| written.err().unwrap_or(error))
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let status_line = self.line()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some((name, value)) => headers.push((name.to_string(), value.to_string())),
                None if line.is_empty() => break,
                None => return Err(broken("a header without a value")),
            }
        }
        let mut answer = Answer { status_line, headers, body: Vec::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        let length = length.ok_or_else(|| broken("an answer without a length"))?;
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(broken("no HTTP answer")),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_string()),
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::other(what.to_string())
}
