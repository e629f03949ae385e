//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its signature, headers or path which service it wants (`endpoint/service`), so one address serves all of them,
//! and clients that know nothing of this project work unchanged. What it asks for is parsed once (`endpoint/operation`): the value gives
//! its name, the permissions that it needs, and goes to the service's handler. Before a call is answered, [`crate::guard`] turns web
//! pages away, the signature is verified (`endpoint/authentication`), and the caller's role is asked (`endpoint/permission`). A call
//! that nobody here answers gets the error that its service would give, and the message says what is supported.
//!
//! Each service's operations, and all the forms in which it refuses a caller, are in one file: `endpoint/lambda_api` is the one to read.

mod authentication;
mod dynamodb_api;
#[cfg(feature = "tables")]
mod event_source_mappings;
mod functions;
mod invoke;
mod json_protocol;
mod lambda_api;
mod local_api;
mod logs_api;
mod operation;
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
use crate::vpc::VpcEndpoints;
use operation::Operation;
use stack::Service;

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
        let operation = Operation::of(service, &parts, &body);
        let mut answered = match self.authenticate(service, &parts, &body) {
            Ok(caller) => self.authorized(&operation, &parts, body, caller).await,
            Err(why) => AnsweredCall::from(self.refuse_unauthenticated(service, &parts, body, &why).await),
        };
        if service == Service::S3 {
            answered.function = self.verified_function(&answered.response);
            shown_safely(&sender, &mut answered.response);
            if answered.response.status() == StatusCode::FORBIDDEN {
                // S3 asks further in, where the key and the bucket's policy are known.
                answered.denied = Some("S3 refuses access".to_string());
            }
        }
        self.write_down(service, &operation, &answered, local_api::looks_on(&parts), connection);
        answered.response
    }

    /// The answer to a caller who has proved who they are, and whose role is asked now. A body is read after its sender is known.
    async fn authorized(&self, operation: &Operation, parts: &Parts, body: Bytes, caller: Caller) -> AnsweredCall {
        let read = serde_json::from_slice::<Value>(&body);
        let unreadable = read.is_err() && matches!(operation, Operation::DynamoDb(_));
        let request = read.unwrap_or_default();
        let mut denied = None;
        let response = match &caller {
            // A role cannot be asked about a body that cannot be read: one that nests deeper than a parser follows, or none.
            Caller::Function(_) if unreadable => dynamodb_api::unreadable(),
            Caller::Function(session) if let Err(denial) = permission::check(session, operation, &request) => {
                denied = Some(denial.to_string());
                permission::denied(operation, &denial)
            }
            _ => self.permitted(operation, parts, body, &request, &caller).await,
        };
        AnsweredCall { response, request, function: caller.function().map(str::to_string), denied }
    }

    /// Writes a call into CloudTrail, and into the activity log unless its caller only looks on.
    fn write_down(
        &self,
        service: Service,
        operation: &Operation,
        answered: &AnsweredCall,
        looks_on: bool,
        connection: SocketAddr,
    ) {
        let AnsweredCall { response, request, function, denied } = answered;
        let (event_source, event_name) = (service.prefix(), operation.name().to_string());
        let (request_parameters, status) = (request.clone(), response.status().as_u16());
        if !looks_on {
            self.activity.put(ActivityEvent::Call {
                event_source,
                event_name: event_name.clone(),
                function: function.clone(),
                status,
                denied: denied.clone(),
                request_parameters: request_parameters.clone(),
            });
        }
        let (function, connection) = (function.clone(), Some(connection));
        self.trail.put(ApiCall { event_source, event_name, function, request_parameters, status, connection });
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

    /// The answer to a caller who may ask: the operation goes to its handler. `request` is the body where it is JSON.
    async fn permitted(
        &self,
        operation: &Operation,
        parts: &Parts,
        body: Bytes,
        request: &Value,
        caller: &Caller,
    ) -> Response {
        match operation {
            #[cfg(feature = "tables")]
            Operation::DynamoDb(_) => self.tables.answer(&parts.headers, body).await.map(axum::body::Body::from),
            #[cfg(not(feature = "tables"))]
            Operation::DynamoDb(_) => {
                plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without tables.\n")
            }
            Operation::Sqs(target) => self.sqs(target, parts, request).await,
            Operation::Logs(target) => self.logs(target, request),
            Operation::Sts(request) => self.sts(request, caller),
            Operation::Lambda(request) => self.lambda(request, parts, body).await,
            #[cfg(feature = "buckets")]
            Operation::S3(_) if let Some(bucket) = crate::s3::Buckets::website_of_host(crate::guard::named(parts)) => {
                let website = self.buckets.website(bucket, &parts.method, parts.uri.path(), &parts.headers);
                website.await.map(axum::body::Body::from)
            }
            #[cfg(feature = "buckets")]
            Operation::S3(_) => {
                let request = http::Request::from_parts(parts.clone(), body);
                self.buckets.answer(request).await.map(axum::body::Body::from)
            }
            #[cfg(not(feature = "buckets"))]
            Operation::S3(_) => plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without buckets.\n"),
            Operation::Unknown(_) => unknown::service(parts, &self.clock.uuid().to_string()),
        }
    }
}

/// A call with its answer, as it is written down.
struct AnsweredCall {
    response: Response,
    /// The body where it is JSON and its sender is known.
    request: Value,
    /// The function that called.
    function: Option<String>,
    /// Why IAM refused.
    denied: Option<String>,
}

impl From<Response> for AnsweredCall {
    fn from(response: Response) -> AnsweredCall {
        AnsweredCall { response, request: Value::Null, function: None, denied: None }
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
