//! Calls to a running board's AWS endpoint, as any AWS client makes them.
//!
//! They are signed with the learner's key, and the local API is shown its token: both lie in the board's data folder.

use axum::body::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local::endpoint::LocalToken;
use local::signature::{Credentials, SignableRequest, sign};
use serde_json::Value;
use thiserror::Error;
use time::OffsetDateTime;

/// An AWS endpoint, and what to sign with.
#[derive(Debug, Clone)]
pub struct Aws {
    url: String,
    credentials: Credentials,
    token: LocalToken,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why a call failed.
#[derive(Debug, Error)]
pub enum CallError {
    /// Nobody listens, or the connection broke.
    #[error("{url} does not answer: {why}.")]
    Silent {
        /// The endpoint.
        url: String,
        /// The system's words.
        why: String,
    },
    /// The service refused the call.
    #[error("{error_type}: {message}")]
    Refused {
        /// `ResourceNotFoundException`.
        error_type: String,
        /// The service's words.
        message: String,
    },
    /// The local API does not take the token, which is another board's.
    #[error("{message}")]
    OtherBoard {
        /// Its words.
        message: String,
    },
}

impl Aws {
    /// The endpoint at `url`, such as `http://127.0.0.1:4003`.
    pub fn at(url: &str, credentials: Credentials, token: LocalToken) -> Aws {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Aws { url: url.trim_end_matches('/').to_string(), credentials, token, client }
    }

    /// What calls are signed with.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request for `path` and hands the answer over while its body is still coming.
    ///
    /// # Errors
    ///
    /// [`CallError::Silent`].
    pub async fn begin(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<http::Response<Incoming>, CallError> {
        // By this name the local cloud knows who only looks on, and leaves the call out of its activity log.
        let agent = concat!("cargo-workbook/", env!("CARGO_PKG_VERSION"));
        let body = body.into();
        let target = headers.iter().find(|(name, _)| *name == "x-amz-target").map(|(_, value)| *value);
        let proof = match (target, path.starts_with("/_local/")) {
            (_, true) => vec![("authorization".to_string(), self.token.authorization())],
            (Some(target), _) if target.starts_with("Logs_") => self.signed("logs", &method, path, &body),
            _ => self.signed("lambda", &method, path, &body),
        };
        let mut request =
            Request::builder().method(method).uri(format!("{}{path}", self.url)).header("user-agent", agent);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in proof {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).map_err(|error| self.silent(&error))?;
        self.client.request(request).await.map_err(|error| self.silent(&error))
    }

    /// Sends a request for `path` and reads the answer, with any status.
    ///
    /// # Errors
    ///
    /// [`CallError::Silent`].
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, CallError> {
        let (parts, body) = self.begin(method, path, headers, body).await?.into_parts();
        let body = body.collect().await.map_err(|error| self.silent(&error))?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    /// Calls an operation of CloudWatch Logs.
    ///
    /// # Errors
    ///
    /// The service's refusal, or silence.
    pub async fn logs(&self, operation: &str, request: &Value) -> Result<Value, CallError> {
        let target = format!("Logs_20140328.{operation}");
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.1")];
        self.send(Method::POST, "/", &headers, request.to_string()).await?.json()
    }

    /// Reads `path` of a service whose answers are JSON.
    ///
    /// # Errors
    ///
    /// The service's refusal, or silence.
    pub async fn get(&self, path: &str) -> Result<Value, CallError> {
        self.send(Method::GET, path, &[], Bytes::new()).await?.json()
    }

    fn signed(&self, service: &str, method: &Method, target: &str, body: &[u8]) -> Vec<(String, String)> {
        let host = self.url.split_once("://").map_or(self.url.as_str(), |(_, host)| host);
        let request = SignableRequest { method: method.as_str(), target, host, body };
        sign(&self.credentials, service, request, OffsetDateTime::now_utc())
    }

    fn silent(&self, error: &dyn std::error::Error) -> CallError {
        // The outermost error says only that the client failed.
        let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        CallError::Silent { url: self.url.clone(), why }
    }
}

impl Answer {
    /// The body of a success; the refusal in any other.
    ///
    /// # Errors
    ///
    /// [`CallError::Refused`].
    pub fn json(self) -> Result<Value, CallError> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        if self.status.is_success() { Ok(body) } else { Err(self.refusal()) }
    }

    /// The refusal that this answer is.
    pub fn refusal(&self) -> CallError {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let header = self.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        let named = header.or(body["__type"].as_str()).map_or_else(|| self.status.to_string(), str::to_string);
        let error_type = named.rsplit('#').next().unwrap_or_default().to_string();
        let text = body["message"].as_str().or(body["Message"].as_str()).map(str::to_string);
        let message = text.unwrap_or_else(|| String::from_utf8_lossy(&self.body).trim().to_string());
        // Only the local API says so little, and only of a token that is another board's.
        if self.status == StatusCode::FORBIDDEN && header.is_none() && body.is_null() {
            return CallError::OtherBoard { message: format!("{error_type}: {message}") };
        }
        CallError::Refused { error_type, message }
    }
}
