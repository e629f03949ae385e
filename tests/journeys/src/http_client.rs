//! Requests as `curl` sends them.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use local::signature::{Credentials, SignableRequest, presign, sign};
use serde_json::Value;
use time::OffsetDateTime;

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Ask {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Ask {
    /// A request without headers or body.
    pub fn new(method: &str, url: &str) -> Ask {
        Ask { method: method.to_string(), url: url.to_string(), headers: Vec::new(), body: Bytes::new() }
    }

    /// A `GET`.
    pub fn get(url: &str) -> Ask {
        Ask::new("GET", url)
    }

    /// With a header more.
    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Signed with `credentials` for a service of the AWS endpoint, as AWS's own clients sign.
    pub fn signed(mut self, credentials: &Credentials, service: &str) -> Ask {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let target = if target.is_empty() { "/" } else { target };
        let unsigned = SignableRequest { method: &self.method, target, host, body: &self.body };
        let added = sign(credentials, service, unsigned, OffsetDateTime::now_utc());
        self.headers.extend(added);
        self
    }

    /// With a signature in its address instead of its headers, good for a minute: a presigned URL.
    pub fn presigned(mut self, credentials: &Credentials, service: &str) -> Ask {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        let path = self.url[start..].find('/').map_or(self.url.len(), |at| start + at);
        let (host, target) = (&self.url[start..path], &self.url[path..]);
        let unsigned = SignableRequest { method: &self.method, target, host, body: b"" };
        let target = presign(credentials, service, unsigned, 60, OffsetDateTime::now_utc());
        self.url = format!("{}{target}", &self.url[..path]);
        self
    }

    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// With a body and no content type.
    pub fn body(mut self, body: impl Into<Bytes>) -> Ask {
        self.body = body.into();
        self
    }

    /// With a JSON body and its content type.
    pub fn json(self, body: &Value) -> Ask {
        self.header("Content-Type", "application/json").body(body.to_string())
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// A header's value; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The `code` and `field` of the board's own error.
    pub fn error(&self) -> (String, Option<String>) {
        let error = &self.json()["error"];
        let text = |key: &str| error[key].as_str().map(str::to_string);
        (text("code").unwrap_or_else(|| panic!("no error code in {}", self.text())), text("field"))
    }
}

/// The way over HTTPS, with the system's trusted certificates, which are read once for all requests.
static HTTPS: LazyLock<HttpsConnector<HttpConnector>> = LazyLock::new(|| {
    let https =
        HttpsConnectorBuilder::new().with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider());
    https.expect("the system's list of trusted certificates can be read").https_only().enable_http1().build()
});

/// Sends a request on a connection of its own: to this machine, or over HTTPS to a deployment.
pub async fn ask(ask: Ask) -> Answer {
    match ask.url.starts_with("https://") {
        true => send(Client::builder(TokioExecutor::new()).build(HTTPS.clone()), ask).await,
        false => send(Client::builder(TokioExecutor::new()).build_http(), ask).await,
    }
}

async fn send<C>(client: Client<C, Full<Bytes>>, ask: Ask) -> Answer
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let mut request = Request::builder().method(ask.method.as_str()).uri(&ask.url);
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(ask.body)).expect("the request is well-formed");
    let response =
        client.request(request).await.unwrap_or_else(|error| panic!("{} {}: {error:?}", ask.method, ask.url));
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the answer is whole").to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}
