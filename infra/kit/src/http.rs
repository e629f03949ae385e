//! The checks' HTTP client, which asks the local API Gateway over a socket.
//!
//! It keeps what clients usually tidy away (the spelling and order of header names, a body that is not JSON), because
//! that is what a check looks at. One connection for each request; nothing here knows a lab.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::words::short_text;

/// Longer than API Gateway's own 29 seconds, so that its 504 arrives before the caller gives up.
const PATIENCE: Duration = Duration::from_secs(40);
/// More headers than API Gateway ever sends.
const HEADERS: usize = 128;

/// A request as it is asked: everything but the address.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`.
    pub method: String,
    /// Path and query, without the stage.
    pub target: String,
    /// Names as they go out, in this order; `Host` and `Content-Length` are added.
    pub headers: Vec<(String, String)>,
    /// What follows them.
    pub body: Option<Vec<u8>>,
}

/// A response as it was on the socket.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names as they were sent, in that order.
    pub headers: Vec<(String, String)>,
    /// The whole body, joined where it was sent in chunks.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header, of the first where there are several; the name is compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Status and body on one line.
    pub(crate) fn shown(&self) -> String {
        format!("status {}, {}", self.status, short_text(&self.body))
    }
}

/// Sends `request` to `api_url` (`http://host:port/stage`) and reads the whole answer.
///
/// # Errors
///
/// When nobody listens there, or what answers is not HTTP.
pub fn send(api_url: &str, request: &Request) -> io::Result<Response> {
    let address = api_url.strip_prefix("http://").unwrap_or(api_url);
    let (host, stage) = address.split_once('/').unwrap_or((address, ""));
    let mut socket = TcpStream::connect(host)?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.write_all(&bytes(request, host, stage.trim_end_matches('/')))?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    parse(&answer)
}

fn bytes(request: &Request, host: &str, stage: &str) -> Vec<u8> {
    let prefix = if stage.is_empty() { String::new() } else { format!("/{stage}") };
    let mut head =
        format!("{} {prefix}{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = &request.body {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut all = head.into_bytes();
    all.extend_from_slice(request.body.as_deref().unwrap_or_default());
    all
}

fn parse(answer: &[u8]) -> io::Result<Response> {
    let mut slots = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Response::new(&mut slots);
    let httparse::Status::Complete(length) = head.parse(answer).map_err(bad)? else {
        return Err(bad("the answer broke off before its headers ended"));
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<_> = head.headers.iter().map(|h| (h.name.to_string(), text(h.value))).collect();
    let mut response = Response { status: head.code.unwrap_or_default(), headers, body: Vec::new() };
    let rest = &answer[length..];
    let chunked = response.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    response.body = if chunked { unchunked(rest)? } else { rest.to_vec() };
    Ok(response)
}

fn unchunked(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((start, length)) =
            httparse::parse_chunk_size(rest).map_err(|_| bad("a chunk without a size"))?
        else {
            return Err(bad("the answer broke off inside its body"));
        };
        let length = usize::try_from(length).map_err(bad)?;
        if length == 0 {
            return Ok(body);
        }
        let (chunk, after) =
            rest[start..].split_at_checked(length).ok_or_else(|| bad("the answer broke off inside a chunk"))?;
        body.extend_from_slice(chunk);
        rest = after.get(2..).unwrap_or_default();
    }
}

fn bad(why: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_spelling_and_joins_chunks() {
        let answer = b"HTTP/1.1 201 Created\r\nX-Odd-CASE: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let response = parse(answer).unwrap();
        assert_eq!(response.status, 201);
        assert_eq!(response.headers[0], ("X-Odd-CASE".to_string(), "a".to_string()));
        assert_eq!(response.body, b"abcde");
    }

    #[test]
    fn an_answer_cut_short_is_an_error_and_not_an_empty_body() {
        for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"] {
            assert!(parse(answer.as_bytes()).is_err(), "{answer:?}");
        }
        let without_end = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab";
        assert!(parse(without_end.as_bytes()).unwrap_err().to_string().contains("broke off inside a chunk"));
    }

    #[test]
    fn puts_the_stage_in_front_and_the_length_after() {
        let request = Request {
            method: "POST".into(),
            target: "/hello".into(),
            headers: vec![("A".into(), "b".into())],
            body: Some(b"{}".to_vec()),
        };
        let sent = String::from_utf8(bytes(&request, "127.0.0.1:1", "dev")).unwrap();
        assert_eq!(
            sent,
            "POST /dev/hello HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\nA: b\r\nContent-Length: 2\r\n\r\n{}"
        );
    }
}
