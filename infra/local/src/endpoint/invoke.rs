//! Invoke: synchronous, asynchronous and dry.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, request::Parts};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hyper::body::Frame;

use super::Endpoint;
use crate::activity::Source;
use crate::lambda::{ApiError, InvokeRequest, LambdaResult, Refusal, Silence};
use stack::function_arn;

impl Endpoint {
    /// `Invoke`. A function error is a success of the call: 200, and `X-Amz-Function-Error` says so.
    pub(super) async fn invoke(&self, function: &str, qualifier: Option<&str>, parts: &Parts, body: Bytes) -> Response {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        if let Err(refusal) = self.existing(function, qualifier) {
            return self.refuse(refusal);
        }
        let payload = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
        let request = InvokeRequest {
            payload,
            trace_id: header("x-amzn-trace-id").map(str::to_string),
            client_context: header("x-amz-client-context").and_then(decoded),
            source: Source::Invoke,
        };
        match header("x-amz-invocation-type").unwrap_or("RequestResponse") {
            "DryRun" => self.with_request_id(StatusCode::NO_CONTENT, Bytes::new()),
            "Event" => match self.lambda.invoke_event(function, request) {
                Ok(_) => self.with_request_id(StatusCode::ACCEPTED, Bytes::new()),
                Err(refusal) => self.refuse(refusal),
            },
            // There is no other: see `lambda_api`.
            _ => self.invoke_and_wait(function, request, header("x-amz-log-type") == Some("Tail")).await,
        }
    }

    async fn invoke_and_wait(&self, function: &str, request: InvokeRequest, tail: bool) -> Response {
        if let Err(refusal) = Refusal::unless_json(&request.payload) {
            return self.refuse(refusal);
        }
        match self.lambda.is_silent(function) {
            Some(Silence::Held) => std::future::pending::<()>().await,
            Some(Silence::CutOff) => return Response::new(Body::new(CutOff)),
            Some(Silence::For(time)) => tokio::time::sleep(time).await,
            None => {}
        }
        let outcome = match self.lambda.invoke(function, request).await {
            Ok(outcome) => outcome,
            Err(refusal) => return self.refuse(refusal),
        };
        let mut response = self.with_request_id(StatusCode::OK, outcome.payload);
        let headers = response.headers_mut();
        headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
        if let Ok(id) = HeaderValue::from_str(&outcome.request_id) {
            headers.insert("x-amzn-requestid", id);
        }
        if let Some(error) = outcome.function_error {
            headers.insert("x-amz-function-error", HeaderValue::from_static(error));
        }
        if tail && let Ok(tail) = HeaderValue::from_str(&BASE64_STANDARD.encode(&outcome.log_tail)) {
            headers.insert("x-amz-log-result", tail);
        }
        response
    }

    /// `InvokeAsync`, which is deprecated, and which the console and old clients still know.
    pub(super) fn invoke_async(&self, function: &str, body: Bytes) -> LambdaResult {
        self.lambda.invoke_event(function, InvokeRequest::with(body))?;
        Ok((StatusCode::ACCEPTED, serde_json::json!({ "Status": 202 })))
    }

    /// Refuses a function that does not exist. There are no versions or aliases here besides `$LATEST`.
    fn existing(&self, function: &str, qualifier: Option<&str>) -> Result<(), ApiError> {
        match (self.lambda.function(function), qualifier) {
            (Some(_), None) => Ok(()),
            (_, qualifier) => {
                let qualifier = qualifier.unwrap_or("$LATEST");
                Err(ApiError::not_found(format!("Function not found: {}:{qualifier}", function_arn(function))))
            }
        }
    }
}

/// A body of which nothing comes, because its connection ends.
struct CutOff;

impl hyper::body::Body for CutOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

fn decoded(base64: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(base64).ok()?).ok()
}
