//! The head of a request: request line and header lines, and how the body that follows is delimited.

use httparse::{EMPTY_HEADER, Error, Status};

use super::refusal::HttpRefusal;
use super::{MAX_BODY, MAX_HEADERS, MAX_TARGET};

/// More header lines than anyone sends; bounds what one parse may cost.
const MAX_LINES: usize = 256;
/// Room for method, version and line ends beside the target.
const REQUEST_LINE_REST: usize = 64;

/// A parsed head.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) version: &'static str,
    pub(super) headers: Vec<(String, String)>,
    /// How long the head is, so that the body can be found.
    pub(super) length: usize,
    pub(super) framing: Framing,
    pub(super) keep_alive: bool,
    /// The client waits for `100 Continue` before it sends its body.
    pub(super) expects_continue: bool,
}

/// How the body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// This many bytes; 0 when the head says nothing.
    Length(usize),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

impl Head {
    /// The head at the start of `buffer`; `None` when it is not complete yet.
    pub(super) fn parse(buffer: &[u8]) -> Result<Option<Head>, HttpRefusal> {
        let mut lines = [EMPTY_HEADER; MAX_LINES];
        let mut parsed = httparse::Request::new(&mut lines);
        let length = match parsed.parse(buffer) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return too_long_to_be_a_head(buffer).map_or(Ok(None), Err),
            Err(error) => return Err(too_long_to_be_a_head(buffer).unwrap_or_else(|| refusal_for(error))),
        };
        let (Some(method), Some(target), Some(minor)) = (parsed.method, parsed.path, parsed.version) else {
            return Err(HttpRefusal::BadRequest("the request line is incomplete"));
        };
        if target.len() > MAX_TARGET {
            return Err(HttpRefusal::TargetTooLong);
        }
        if length.saturating_sub(target.len() + REQUEST_LINE_REST) > MAX_HEADERS {
            return Err(HttpRefusal::HeadersTooLarge);
        }
        let version = if minor == 0 { "HTTP/1.0" } else { "HTTP/1.1" };
        let mut headers: Vec<(String, String)> =
            parsed.headers.iter().map(|line| (line.name.to_string(), text(line.value))).collect();
        let target = origin_form(target, &mut headers)?;
        one_host(&headers, version)?;
        Ok(Some(Head {
            method: method.to_string(),
            target,
            version,
            length,
            framing: framing(&headers, version)?,
            keep_alive: keep_alive(&headers, version),
            expects_continue: version == "HTTP/1.1" && has_token(&headers, "expect", "100-continue"),
            headers,
        }))
    }
}

/// Whether `buffer` is already longer than any head that would be let in.
fn too_long_to_be_a_head(buffer: &[u8]) -> Option<HttpRefusal> {
    let request_line = buffer.iter().position(|byte| *byte == b'\n').unwrap_or(buffer.len());
    if request_line > MAX_TARGET + REQUEST_LINE_REST {
        Some(HttpRefusal::TargetTooLong)
    } else if buffer.len() > request_line + MAX_HEADERS {
        Some(HttpRefusal::HeadersTooLarge)
    } else {
        None
    }
}

fn refusal_for(error: Error) -> HttpRefusal {
    match error {
        Error::TooManyHeaders => HttpRefusal::HeadersTooLarge,
        Error::Version => HttpRefusal::BadRequest("this address speaks HTTP/1.1 without TLS"),
        Error::HeaderName => HttpRefusal::BadRequest("a header's name has a character that names cannot have"),
        Error::HeaderValue => HttpRefusal::BadRequest("a header's value has a control character"),
        _ => HttpRefusal::BadRequest("this is not an HTTP/1.1 request"),
    }
}

/// A header value as text; see [`super::Request`].
fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(value) => value.to_string(),
        Err(_) => value.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// `/path?query` out of what stands in the request line. A request that names the whole URL, as through a proxy, is for
/// the host in the URL, whatever its `Host` header says (RFC 9112, 3.2.2).
fn origin_form(target: &str, headers: &mut Vec<(String, String)>) -> Result<String, HttpRefusal> {
    if target.starts_with('/') || target == "*" {
        return Ok(target.to_string());
    }
    let (_, rest) = target
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        .ok_or(HttpRefusal::BadRequest("the path does not start with a slash"))?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
    headers.insert(0, ("Host".to_string(), authority.to_string()));
    Ok(if path.starts_with('/') { path.to_string() } else { format!("/{path}") })
}

fn one_host(headers: &[(String, String)], version: &str) -> Result<(), HttpRefusal> {
    match values(headers, "host").count() {
        1 => Ok(()),
        0 if version == "HTTP/1.0" => Ok(()),
        0 => Err(HttpRefusal::BadRequest("the Host header is missing")),
        _ => Err(HttpRefusal::BadRequest("there is more than one Host header")),
    }
}

/// Two ways to delimit one body is how requests are smuggled past a front, so any doubt refuses (RFC 9112, 6.3).
fn framing(headers: &[(String, String)], version: &str) -> Result<Framing, HttpRefusal> {
    let mut lengths = values(headers, "content-length");
    let length = lengths.next();
    if lengths.any(|other| Some(other) != length) {
        return Err(HttpRefusal::BadRequest("there are two different Content-Lengths"));
    }
    let mut codings = values(headers, "transfer-encoding");
    match (codings.next(), codings.next(), length) {
        (None, _, None) => Ok(Framing::Length(0)),
        (None, _, Some(length)) => length_of(length).map(Framing::Length),
        (Some(coding), None, None) if version == "HTTP/1.1" && coding.eq_ignore_ascii_case("chunked") => {
            Ok(Framing::Chunked)
        }
        (Some(_), _, Some(_)) => {
            Err(HttpRefusal::BadRequest("Content-Length and Transfer-Encoding exclude each other"))
        }
        (Some(_), _, None) => Err(HttpRefusal::BadRequest("the only Transfer-Encoding understood here is chunked")),
    }
}

fn length_of(value: &str) -> Result<usize, HttpRefusal> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(HttpRefusal::BadRequest("Content-Length is not a number"));
    }
    // A number too large for the type is too large for the API as well.
    match value.parse::<usize>() {
        Ok(length) if length <= MAX_BODY => Ok(length),
        _ => Err(HttpRefusal::BodyTooLarge),
    }
}

fn keep_alive(headers: &[(String, String)], version: &str) -> bool {
    if version == "HTTP/1.0" {
        has_token(headers, "connection", "keep-alive")
    } else {
        !has_token(headers, "connection", "close")
    }
}

fn values<'a>(headers: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn has_token(headers: &[(String, String)], name: &str, token: &str) -> bool {
    values(headers, name).flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(token))
}
