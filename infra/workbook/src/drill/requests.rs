//! What a drill sends: requests as texts with places to fill in, and what came of them.
//!
//! A place is `{{api}}` or another address of the board, or something out of an earlier answer's JSON: `{{first.next}}`,
//! `{{list.posts.0.id}}`. The caller's program of a drill (`client.http`) is a list of such requests, each below a line
//! `### name`, as HTTP clients of editors have them. A call of DynamoDB is signed, as an SDK would sign it.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::body::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local::signature::{Credentials, SignableRequest, sign};
use serde_json::Value;
use time::OffsetDateTime;

/// A request, places still empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RequestText {
    pub(super) name: String,
    /// How often it is sent, one after the other: `### poll, 15 times`.
    pub(super) times: usize,
    /// `POST {{api}}/board`.
    pub(super) line: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What places are filled with.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) addresses: BTreeMap<String, String>,
    /// The answers that have come, by the names of their requests.
    pub(super) replies: BTreeMap<String, Reply>,
    /// What calls of AWS are signed with.
    pub(super) credentials: Option<Credentials>,
}

impl Places {
    /// `text` with every place filled.
    ///
    /// # Errors
    ///
    /// A place that nothing is known for, as a sentence.
    pub(super) fn filled(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((place, after)) = after.split_once("}}") else { break };
            filled.push_str(before);
            filled.push_str(&self.at(place.trim())?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn at(&self, place: &str) -> Result<String, String> {
        if let Some(address) = self.addresses.get(place) {
            return Ok(address.clone());
        }
        match self.json(place) {
            Some(Value::String(text)) => Ok(text),
            Some(Value::Null) | None => Err(format!("there is nothing at {{{{{place}}}}}")),
            Some(other) => Ok(other.to_string()),
        }
    }

    /// What stands at `first.posts.0.id` of the answers.
    pub(super) fn json(&self, place: &str) -> Option<Value> {
        let mut steps = place.split('.');
        let reply = self.replies.get(steps.next()?)?;
        let mut value: Value = serde_json::from_str(&reply.body).ok()?;
        for step in steps {
            value = match step.parse::<usize>() {
                Ok(at) => value.get(at)?.clone(),
                Err(_) => value.get(step)?.clone(),
            };
        }
        Some(value)
    }
}

impl RequestText {
    /// The requests of a caller's program.
    pub(super) fn list(text: &str) -> Vec<RequestText> {
        let mut requests: Vec<RequestText> = Vec::new();
        let mut in_body = false;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("###") {
                let (name, times) = name.rsplit_once(',').and_then(repeated).unwrap_or((name, 1));
                requests.push(RequestText { name: name.trim().to_string(), times, ..RequestText::default() });
                in_body = false;
                continue;
            }
            let Some(request) = requests.last_mut() else { continue };
            if in_body {
                request.body.push_str(line);
                request.body.push('\n');
            } else if line.starts_with('#') {
            } else if request.line.is_empty() {
                request.line = line.trim().to_string();
            } else if line.trim().is_empty() {
                in_body = true;
            } else if let Some((name, value)) = line.split_once(':') {
                request.headers.push((name.trim().to_string(), value.trim().to_string()));
            }
        }
        for request in &mut requests {
            request.body = request.body.trim().to_string();
        }
        requests
    }

    fn calls_dynamodb(&self) -> bool {
        let target = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-target"));
        target.is_some_and(|(_, value)| value.starts_with("DynamoDB_"))
    }

    /// Sends it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, or why nobody answered, as a sentence.
    pub(super) async fn sent(&self, places: &Places) -> Result<Reply, String> {
        let line = places.filled(&self.line)?;
        let (method, url) = line.split_once(' ').ok_or_else(|| format!("{line:?} is not a method and an address"))?;
        let mut request = Request::builder().method(method).uri(url.trim());
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), places.filled(value)?);
        }
        let body = places.filled(&self.body)?;
        if let Some(credentials) = places.credentials.as_ref().filter(|_| self.calls_dynamodb()) {
            let address = url.trim().split_once("://").map_or(url, |(_, rest)| rest);
            let (host, target) = address.find('/').map_or((address, "/"), |slash| address.split_at(slash));
            let signable = SignableRequest { method, target, host, body: body.as_bytes() };
            for (name, value) in sign(credentials, "dynamodb", signable, OffsetDateTime::now_utc()) {
                request = request.header(name, value);
            }
        }
        let request =
            request.body(Full::new(Bytes::from(body))).map_err(|why| format!("{line} cannot be sent: {why}"))?;
        let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.map_err(|why| format!("{line} is not answered: {why}"))?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|why| format!("the answer to {line} breaks off: {why}"))?.to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Reply { status: parts.status, headers: parts.headers, body })
    }
}

/// The name in `poll, 15 times`, and how many times.
fn repeated<'t>((name, times): (&'t str, &'t str)) -> Option<(&'t str, usize)> {
    Some((name, times.trim().strip_suffix(" times")?.parse().ok()?))
}

impl Reply {
    /// The value of a header, if it is there.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether a browser lets a page of `origin` read it.
    pub(super) fn is_readable_from(&self, origin: &str) -> bool {
        self.header("access-control-allow-origin").is_some_and(|allowed| allowed == "*" || allowed == origin)
    }

    /// For how many seconds a cache may show it without asking again, as its own headers say; nothing where they do not.
    pub(super) fn kept_for(&self) -> Option<u64> {
        let directives = || self.header("cache-control").unwrap_or_default().split(',').map(str::trim);
        if directives().any(|directive| ["no-store", "no-cache"].contains(&directive.to_lowercase().as_str())) {
            return Some(0);
        }
        let seconds = directives().filter_map(|directive| {
            let (name, seconds) = directive.split_once('=')?;
            let counts = ["max-age", "s-maxage", "stale-while-revalidate"].contains(&name.to_lowercase().as_str());
            counts.then(|| seconds.trim_matches('"').parse().ok()).flatten()
        });
        seconds.max()
    }

    /// The answer as `curl -i` shows it.
    pub(super) fn text(&self) -> String {
        let mut text = format!("HTTP/1.1 {}\n", self.status);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        text + "\n" + &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_program_is_a_list_of_requests() {
        let text = "# What the app sends.\n\n### first\n# a remark\nPOST {{api}}/board\nA: b\n\n{\"a\":\n 1}\n\n### then, 15 times\nGET {{api}}/x\n";
        let requests = RequestText::list(text);
        assert_eq!(requests.len(), 2);
        assert_eq!((requests[0].times, requests[1].times, requests[1].name.as_str()), (1, 15, "then"));
        assert_eq!((requests[0].name.as_str(), requests[0].line.as_str()), ("first", "POST {{api}}/board"));
        assert_eq!(requests[0].headers, [("A".to_string(), "b".to_string())]);
        assert_eq!(requests[0].body, "{\"a\":\n 1}");
        assert_eq!((requests[1].line.as_str(), requests[1].body.as_str()), ("GET {{api}}/x", ""));
    }

    #[test]
    fn an_answer_says_who_may_read_and_who_may_keep_it() {
        let with = |name: &'static str, value: &'static str| Reply {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(
                http::HeaderName::from_static(name),
                http::HeaderValue::from_static(value),
            )]),
            body: String::new(),
        };
        for (value, kept) in [
            ("public, max-age=43200", Some(43200)),
            ("Max-Age=10, s-maxage=600", Some(600)),
            ("max-age=10, stale-while-revalidate=86400", Some(86400)),
            ("no-store, max-age=600", Some(0)),
            ("private", None),
        ] {
            assert_eq!(with("cache-control", value).kept_for(), kept, "{value}");
        }
        for (value, is_readable) in [("*", true), ("http://a", true), ("http://b", false), ("http://a/", false)] {
            assert_eq!(with("access-control-allow-origin", value).is_readable_from("http://a"), is_readable, "{value}");
        }
        assert!(!with("vary", "Origin").is_readable_from("http://a") && with("vary", "Origin").kept_for().is_none());
    }

    #[test]
    fn places_are_filled_from_addresses_and_answers() {
        let reply = |body: &str| Reply { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string() };
        let places = Places {
            addresses: [("api".to_string(), "http://a".to_string())].into(),
            replies: [("list".to_string(), reply(r#"{"posts":[{"id":"p"}],"n":2,"next":null}"#))].into(),
            credentials: None,
        };
        assert_eq!(places.filled("{{api}}/{{ list.posts.0.id }}?n={{list.n}}"), Ok("http://a/p?n=2".to_string()));
        assert_eq!(places.filled("{{list.next}}").unwrap_err(), "there is nothing at {{list.next}}");
        assert!(places.filled("{{other.id}}").is_err());
    }
}
