//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its headers or path which service it wants, so one address serves all of them, and clients that know
//! nothing of this project work unchanged. A call that nobody here answers gets the error that its service would give, and
//! the message says what is supported. Requests must name this machine as their host: a web page that points a name of its
//! own at 127.0.0.1 gets nothing.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::host;
use crate::iam::{Identities, access_key_id};
use crate::lambda::{Call, Lambda, Refusal};
use crate::trail::{ApiCall, Trail};

/// The largest call that is read, in bytes: DynamoDB's own limit of 16 MB, and S3 parts of the same size.
const CALL_LIMIT: usize = 16 * 1024 * 1024;

/// The services behind the endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Ids of requests.
    pub clock: Clock,
    /// Who holds which key.
    pub identities: Identities,
    /// Functions to invoke.
    pub lambda: Lambda,
    /// DynamoDB and its streams.
    #[cfg(feature = "tables")]
    pub tables: crate::tables::Tables,
    /// S3.
    #[cfg(feature = "buckets")]
    pub buckets: crate::buckets::Buckets,
    /// Where calls are written down.
    pub trail: Trail,
}

impl Endpoint {
    /// Answers on `listener` until `stop` says true.
    pub async fn serve(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let routes = Router::new().fallback(answer).with_state(self);
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(stopped).await {
            tracing::warn!(%error, "the AWS endpoint stopped");
        }
    }

    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        if !names_this_machine(&parts) {
            return plain(StatusCode::FORBIDDEN, "This endpoint answers to 127.0.0.1 and localhost only.\n");
        }
        let Ok(body) = to_bytes(body, CALL_LIMIT).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 16 MB.\n");
        };
        let function = self.calling_function(&parts);
        let (event_source, event_name, response) = self.route(&parts, body.clone()).await;
        let request_parameters = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let status = response.status().as_u16();
        self.trail.put(ApiCall { event_source, event_name, function, request_parameters, status });
        response
    }

    /// The function whose environment signed the call.
    fn calling_function(&self, parts: &Parts) -> Option<String> {
        let authorization = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        Some(self.identities.of(access_key_id(authorization)?)?.function)
    }

    async fn route(&self, parts: &Parts, body: Bytes) -> (&'static str, String, Response) {
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        if let Some((service, operation)) = target.rsplit_once('.') {
            let response = match service {
                #[cfg(feature = "tables")]
                crate::tables::DYNAMODB_TARGET | crate::tables::STREAMS_TARGET => {
                    self.tables.answer(&parts.headers, body).await.map(axum::body::Body::from)
                }
                _ => unknown_operation(service, operation),
            };
            return ("dynamodb", operation.to_string(), response);
        }
        if let Some(function) = invoked_function(parts.uri.path()) {
            return ("lambda", "Invoke".to_string(), self.invoke(&function, parts, body).await);
        }
        let event_name = format!("{} {}", parts.method, parts.uri.path());
        #[cfg(feature = "buckets")]
        {
            let request = http::Request::from_parts(parts.clone(), body);
            ("s3", event_name, self.buckets.answer(request).await.map(axum::body::Body::from))
        }
        #[cfg(not(feature = "buckets"))]
        {
            ("s3", event_name, plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without buckets.\n"))
        }
    }

    /// The Invoke API, synchronous and dry.
    async fn invoke(&self, function: &str, parts: &Parts, body: Bytes) -> Response {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let payload = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&payload) {
            return self.refuse(&Refusal::InvalidRequestContent(format!("Could not parse payload into json: {error}")));
        }
        if header("x-amz-invocation-type") == Some("DryRun") {
            return match self.lambda.function(function) {
                Some(_) => self.with_request_id(StatusCode::NO_CONTENT, Bytes::new()),
                None => self.refuse(&Refusal::FunctionNotFound(function.to_string())),
            };
        }
        let context = header("x-amz-client-context").and_then(|text| BASE64_STANDARD.decode(text).ok());
        let call = Call {
            payload,
            trace_id: header("x-amzn-trace-id").map(str::to_string),
            client_context: context.and_then(|bytes| String::from_utf8(bytes).ok()),
        };
        if header("x-amz-invocation-type") == Some("Event") {
            let (lambda, function) = (self.lambda.clone(), function.to_string());
            if lambda.function(&function).is_none() {
                return self.refuse(&Refusal::FunctionNotFound(function));
            }
            tokio::spawn(async move { lambda.invoke(&function, call).await });
            return self.with_request_id(StatusCode::ACCEPTED, Bytes::new());
        }
        match self.lambda.invoke(function, call).await {
            Ok(outcome) => {
                let mut response = self.with_request_id(StatusCode::OK, outcome.payload);
                let headers = response.headers_mut();
                headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
                if let Some(error) = outcome.function_error {
                    headers.insert("x-amz-function-error", HeaderValue::from_static(error));
                }
                if header("x-amz-log-type") == Some("Tail")
                    && let Ok(tail) = HeaderValue::from_str(&BASE64_STANDARD.encode(&outcome.log_tail))
                {
                    headers.insert("x-amz-log-result", tail);
                }
                response
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    fn with_request_id(&self, status: StatusCode, body: Bytes) -> Response {
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Ok(id) = HeaderValue::from_str(&self.clock.uuid().to_string()) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        let (status, error_type, who) = match refusal {
            Refusal::FunctionNotFound(_) => (StatusCode::NOT_FOUND, "ResourceNotFoundException", "User"),
            Refusal::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "User"),
            Refusal::RequestTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", "User"),
            Refusal::InvalidRequestContent(_) => (StatusCode::BAD_REQUEST, "InvalidRequestContentException", "User"),
            Refusal::ServiceException(_) => (StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", "Service"),
        };
        let mut body = json!({ "Type": who, "message": refusal.to_string() });
        if let Refusal::TooManyRequests { reason } = refusal {
            body["Reason"] = json!(reason);
        }
        let mut response = self.with_request_id(status, Bytes::from(body.to_string()));
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
        response
    }
}

async fn answer(State(endpoint): State<Endpoint>, request: Request) -> Response {
    endpoint.answer(request).await
}

/// The function that an Invoke path names, also where it names one by ARN or with a qualifier.
fn invoked_function(path: &str) -> Option<String> {
    let name = path.strip_prefix("/2015-03-31/functions/")?.strip_suffix("/invocations")?;
    let name = percent_encoding::percent_decode_str(name).decode_utf8().ok()?;
    let name = name.split_once(":function:").map_or(&*name, |(_, name)| name);
    Some(name.split(':').next().unwrap_or_default().to_string())
}

fn names_this_machine(parts: &Parts) -> bool {
    let host = host::named(parts);
    // Clients that put the bucket in front of the host send `bucket.localhost`.
    host::is_loopback(host) || host::without_port(host).ends_with(".localhost")
}

fn unknown_operation(service: &str, operation: &str) -> Response {
    let supported = "DynamoDB_20120810, DynamoDBStreams_20120810, Lambda's Invoke and S3";
    let message = format!("The local cloud does not know {service}.{operation}; it answers {supported}.");
    let body = json!({ "__type": "UnknownOperationException", "message": message });
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string()).into_response()
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}
