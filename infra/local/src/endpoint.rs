//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its signature, headers or path which service it wants (`endpoint/service`), so one address serves all of them,
//! and clients that know nothing of this project work unchanged. Before a call is answered, [`crate::guard`] turns web pages away, the
//! signature is verified (`endpoint/authentication`), and the caller's role is asked (`endpoint/permission`). A call that nobody
//! here answers gets the error that its service would give, and the message says what is supported.

mod authentication;
#[cfg(feature = "tables")]
mod event_source_mappings;
mod functions;
mod invoke;
mod lambda_api;
mod local_api;
mod logs_api;
mod permission;
mod service;
mod sqs_api;
mod sts_api;
mod unknown;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::activity::{ActivityEvent, ActivityLog};
use crate::clock::Clock;
use crate::cloudtrail::{ApiCall, Trail};
use crate::deployment::Deployments;
use crate::guard::{Guard, Listener, Refused, Sender};
use crate::iam::{Caller, Identities};
use crate::lambda::Lambda;
use crate::listener::{self, BodyError, Request};
use crate::logs::Logs;
use crate::programs::build::Workspace;
use crate::sqs::Queues;
use crate::stack::Service;
use crate::vpc::VpcEndpoints;

pub use local_api::LocalToken;

/// The largest call that is read, in bytes: DynamoDB's own limit of 16 MB, and S3 parts of the same size.
const CALL_LIMIT: usize = 16 * 1024 * 1024;

/// The services behind the endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Ids of requests.
    pub clock: Clock,
    /// Which pages may ask.
    pub guard: Guard,
    /// What the local API's callers must know.
    pub token: LocalToken,
    /// Who holds which key.
    pub identities: Identities,
    /// Functions to invoke.
    pub lambda: Lambda,
    /// CloudWatch Logs.
    pub logs: Logs,
    /// SQS.
    pub queues: Queues,
    /// DynamoDB and its streams.
    #[cfg(feature = "tables")]
    pub tables: crate::dynamodb::Tables,
    /// Event source mappings.
    #[cfg(feature = "tables")]
    pub streams: crate::event_source_mapping::Streams,
    /// S3.
    #[cfg(feature = "buckets")]
    pub buckets: crate::s3::Buckets,
    /// Where calls are written down.
    pub trail: Trail,
    /// Where everything that happens is written down.
    pub activity: ActivityLog,
    /// The stack's name.
    pub stack_name: String,
    /// Turns true when the cloud goes away.
    pub stop: watch::Receiver<bool>,
    /// The ways in: what answers behind each.
    pub vpc_endpoints: VpcEndpoints,
    /// The function in a VPC whose endpoint this is; the main endpoint is nobody's.
    pub vpc_function: Option<String>,
    /// Where the functions are built, if Cargo builds them.
    pub workspace: Option<Workspace>,
    /// Who carries out deployments.
    pub deployments: Deployments,
}

impl Endpoint {
    /// Answers on `listener` until [`Endpoint::stop`] says true.
    pub async fn serve(self, listener: TcpListener) {
        let stop = self.stop.clone();
        let endpoint = Arc::new(self);
        let answer = move |request, caller| {
            let endpoint = Arc::clone(&endpoint);
            async move { endpoint.answer(request, caller).await }
        };
        listener::serve(listener, stop, answer).await;
    }

    async fn answer(&self, request: Request, connection: SocketAddr) -> Response {
        let (parts, body) = request.into_parts();
        let is_local = local_api::is_asked(&parts);
        let service = service::of(&parts);
        let sender = Sender::of(&parts);
        if let Err(refused) = self.admit(&parts, &sender, service, is_local) {
            return refused.into_response();
        }
        let body = match listener::read(body, CALL_LIMIT).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 16 MB.\n");
            }
            Err(BodyError::Broken) => return plain(StatusCode::BAD_REQUEST, "The request's body broke off.\n"),
            Err(BodyError::TooSlow) => {
                return plain(StatusCode::REQUEST_TIMEOUT, "The request's body took too long.\n");
            }
        };
        if is_local {
            return self.local(&parts, body).await;
        }
        if !self.vpc_endpoints.reach(self.vpc_function.as_deref()).includes(service) {
            // No route: the packets go nowhere, and the caller waits until its time is up.
            std::future::pending::<()>().await;
        }
        // A body is read after its sender is known.
        let mut request = Value::Null;
        let mut denied = None;
        let mut function = None;
        let mut response = match self.authenticate(service, &parts, &body) {
            Err(why) => self.refuse_unauthenticated(service, &parts, body, &why).await,
            Ok(caller) => {
                let read = serde_json::from_slice::<Value>(&body);
                let unreadable = read.is_err() && matches!(service, Service::DynamoDb | Service::DynamoDbStreams);
                request = read.unwrap_or_default();
                function = caller.function().map(str::to_string);
                match &caller {
                    // A role cannot be asked about a body that cannot be read: one that nests deeper than a parser follows, or none.
                    Caller::Function(_) if unreadable => permission::unreadable(),
                    Caller::Function(session) => match permission::check(session, service, &parts, &request) {
                        Ok(()) => self.permitted(service, &parts, body, &request, &caller).await,
                        Err(denial) => {
                            denied = Some(denial.to_string());
                            permission::denied(service, &denial)
                        }
                    },
                    Caller::Learner | Caller::Expired(_) | Caller::Anonymous => {
                        self.permitted(service, &parts, body, &request, &caller).await
                    }
                }
            }
        };
        let (event_source, event_name) = (service.prefix(), event_name(service, &parts));
        let status = response.status().as_u16();
        if service == Service::S3 {
            function = self.verified_function(&response);
            shown_safely(&sender, &mut response);
            if response.status() == StatusCode::FORBIDDEN {
                // S3 asks further in, where the key and the bucket's policy are known.
                denied = Some("S3 refuses access".to_string());
            }
        }
        if !local_api::looks_on(&parts) {
            self.activity.put(ActivityEvent::Call {
                event_source,
                event_name: event_name.clone(),
                function: function.clone(),
                status,
                denied,
                request_parameters: request.clone(),
            });
        }
        let (request_parameters, connection) = (request, Some(connection));
        self.trail.put(ApiCall { event_source, event_name, function, request_parameters, status, connection });
        response
    }

    /// Whether this request may be answered at all: see [`crate::guard`].
    fn admit(&self, parts: &Parts, sender: &Sender<'_>, service: Service, is_local: bool) -> Result<(), Refused> {
        match service == Service::S3 && !is_local {
            true => self.admit_to_s3(parts, sender),
            false => self.guard.check(Listener::Aws, sender, |_| false),
        }
    }

    #[cfg(feature = "buckets")]
    fn admit_to_s3(&self, parts: &Parts, sender: &Sender<'_>) -> Result<(), Refused> {
        let (bucket, _) = crate::s3::addressed(&parts.headers, parts.uri.path());
        // A preflight asks for nothing but the rules.
        let preflight = parts.method == http::Method::OPTIONS;
        let admits = |origin: &str| preflight || self.buckets.admits(&bucket, origin, &parts.method);
        self.guard.check(Listener::S3, sender, admits)?;
        match !preflight && self.guard.keeps_out(sender, &bucket) {
            true => Err(Refused::Upload { bucket }),
            false => Ok(()),
        }
    }

    #[cfg(not(feature = "buckets"))]
    fn admit_to_s3(&self, _: &Parts, sender: &Sender<'_>) -> Result<(), Refused> {
        self.guard.check(Listener::S3, sender, |_| false)
    }

    /// The function whose key S3 has verified.
    #[cfg(feature = "buckets")]
    fn verified_function(&self, response: &Response) -> Option<String> {
        let crate::s3::VerifiedKey(key) = response.extensions().get()?;
        self.identities.caller(key).function().map(str::to_string)
    }

    #[cfg(not(feature = "buckets"))]
    fn verified_function(&self, _: &Response) -> Option<String> {
        None
    }

    /// The answer to a caller who may ask; `request` is the body where it is JSON.
    async fn permitted(
        &self,
        service: Service,
        parts: &Parts,
        body: Bytes,
        request: &Value,
        caller: &Caller,
    ) -> Response {
        match service {
            #[cfg(feature = "tables")]
            Service::DynamoDb | Service::DynamoDbStreams => {
                self.tables.answer(&parts.headers, body).await.map(axum::body::Body::from)
            }
            #[cfg(not(feature = "tables"))]
            Service::DynamoDb | Service::DynamoDbStreams => {
                plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without tables.\n")
            }
            Service::Sqs => self.sqs(parts, request).await,
            Service::Logs => self.logs(parts, request),
            Service::Sts => self.sts(&body, caller),
            Service::Lambda => self.lambda(parts, body).await,
            #[cfg(feature = "buckets")]
            Service::S3 if let Some(bucket) = crate::s3::Buckets::website_of_host(crate::guard::named(parts)) => self
                .buckets
                .website(bucket, &parts.method, parts.uri.path(), &parts.headers)
                .await
                .map(axum::body::Body::from),
            #[cfg(feature = "buckets")]
            Service::S3 => {
                let request = http::Request::from_parts(parts.clone(), body);
                self.buckets.answer(request).await.map(axum::body::Body::from)
            }
            #[cfg(not(feature = "buckets"))]
            Service::S3 => plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without buckets.\n"),
            Service::Unknown => unknown::service(parts, &self.clock.uuid().to_string()),
        }
    }
}

/// What the trail calls it: the operation, or for the protocols that have none, method and path.
fn event_name(service: Service, parts: &Parts) -> String {
    match service {
        Service::Lambda => lambda_api::operation(parts),
        Service::S3 => format!("{} {}", parts.method, parts.uri.path()),
        Service::Sts => "GetCallerIdentity".to_string(),
        _ => service::target_operation(parts).to_string(),
    }
}

/// Objects come from strangers, too. A browser that shows one as a page takes it for what it is said to be, and runs nothing of it.
fn shown_safely(sender: &Sender<'_>, response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if sender.is_browser() {
        headers
            .insert(http::header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; frame-ancestors 'none'"));
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

#[cfg(test)]
#[cfg(all(feature = "tables", feature = "buckets"))]
mod tests;
