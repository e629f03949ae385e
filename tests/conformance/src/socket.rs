//! An HTTP request written byte by byte, because the spelling of header names is part of what cases are about.

use std::net::SocketAddr;
use std::time::Duration;

use ::time::OffsetDateTime;
use bytes::Bytes;
use local::signature::{Credentials, SignableRequest, sign};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;

use crate::observed::Answer;

/// Longer than the longest wait that AWS has for a REST caller, 29 s.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `GET`, …
    pub method: String,
    /// The path with its query, as it goes out.
    pub path: String,
    /// Header lines in order. `Host`, `Content-Length` and `Connection: close` are added where they are not named.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum NoAnswer {
    /// The connection.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// Nothing within the time that a case has.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Late,
    /// The answer is not HTTP.
    #[error("the answer is not HTTP: {0}")]
    NoHttp(String),
}

impl Ask {
    /// Signed with `credentials` for `service` at `address`. What the case itself says of a signature stays.
    #[must_use]
    pub fn signed(mut self, credentials: &Credentials, service: &str, address: SocketAddr) -> Ask {
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            let host = address.to_string();
            let unsigned = SignableRequest { method: &self.method, target: &self.path, host: &host, body: &self.body };
            let added = sign(credentials, service, unsigned, OffsetDateTime::now_utc());
            self.headers.extend(added);
        }
        self
    }

    /// Sends it to `address` and reads the answer until the connection closes.
    pub async fn send(&self, address: SocketAddr) -> Result<Answer, NoAnswer> {
        let exchange = async {
            let mut stream = TcpStream::connect(address).await?;
            let (mut reading, mut writing) = stream.split();
            let bytes = self.encoded(address);
            let mut answer = Vec::new();
            let reply = async {
                // Up to its end as the answer itself tells it: a connection that the case keeps alive does not close.
                while !is_whole(&answer, self.method == "HEAD") {
                    if reading.read_buf(&mut answer).await? == 0 {
                        break;
                    }
                }
                Ok::<_, std::io::Error>(())
            };
            // Who refuses a long body answers before it has read it, so both directions go on at once.
            let (written, read) = tokio::join!(writing.write_all(&bytes), reply);
            if answer.is_empty() {
                written?;
                read?;
            }
            Ok::<_, NoAnswer>(answer)
        };
        let bytes = time::timeout(PATIENCE, exchange).await.map_err(|_| NoAnswer::Late)??;
        decoded(&bytes)
    }

    /// Sends the head to `address`, with a body of `length` bytes announced that is held back until somebody wants it. Gives the status
    /// of the first answer, interim ones too.
    pub async fn expecting(&self, length: usize, address: SocketAddr) -> Result<u16, NoAnswer> {
        let mut ask = self.clone();
        ask.body = Bytes::new();
        ask.headers.extend([
            ("Content-Length".to_string(), length.to_string()),
            ("Expect".to_string(), "100-continue".to_string()),
        ]);
        let exchange = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(&ask.encoded(address)).await?;
            let mut answer = Vec::new();
            while !answer.windows(2).any(|window| window == b"\r\n") && stream.read_buf(&mut answer).await? > 0 {}
            Ok::<_, NoAnswer>(answer)
        };
        let bytes = time::timeout(PATIENCE, exchange).await.map_err(|_| NoAnswer::Late)??;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.ok_or(NoAnswer::NoHttp(text))
    }

    fn encoded(&self, address: SocketAddr) -> Vec<u8> {
        let named = |name: &str| self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let mut line = |name: &str, value: &str| text.push_str(&format!("{name}: {value}\r\n"));
        if !named("host") {
            line("Host", &address.to_string());
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        if !self.body.is_empty() && !named("content-length") {
            line("Content-Length", &self.body.len().to_string());
        }
        if !named("connection") {
            line("Connection", "close");
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Whether nothing more belongs to the answer that `bytes` begin.
fn is_whole(bytes: &[u8], head_only: bool) -> bool {
    let Ok((answer, start)) = head(bytes) else { return false };
    if head_only || matches!(answer.status, 204 | 304) {
        return true;
    }
    if is_chunked(&answer) {
        return dechunked(&bytes[start..]).is_some();
    }
    let length = answer.values("content-length").first().and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() - start >= length)
}

fn decoded(bytes: &[u8]) -> Result<Answer, NoAnswer> {
    let (answer, start) = head(bytes)?;
    let body = if is_chunked(&answer) {
        dechunked(&bytes[start..]).ok_or_else(|| NoAnswer::NoHttp("a chunk is broken".to_string()))?
    } else {
        Bytes::copy_from_slice(&bytes[start..])
    };
    Ok(Answer { body, ..answer })
}

/// The head at the start of `bytes`, after those of interim answers (`100 Continue`), and where its body starts.
fn head(bytes: &[u8]) -> Result<(Answer, usize), NoAnswer> {
    let no_http = || NoAnswer::NoHttp(String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned());
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(no_http)?;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(no_http)?;
    if (100..200).contains(&status) {
        return head(&bytes[end + 4..]).map(|(answer, start)| (answer, end + 4 + start));
    }
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_string(), value.trim().to_string()))
        .collect();
    Ok((Answer { status, headers, body: Bytes::new() }, end + 4))
}

fn is_chunked(answer: &Answer) -> bool {
    answer.values("transfer-encoding").contains(&"chunked")
}

/// The bytes without their chunk headers (RFC 9112, 7.1).
fn dechunked(mut bytes: &[u8]) -> Option<Bytes> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..end]).ok()?.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        bytes = &bytes[end + 2..];
        if size == 0 {
            return Some(Bytes::from(body));
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size + 2..)?;
    }
}
