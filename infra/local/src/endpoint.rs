//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its signature, headers or path which service it wants (`endpoint/service`), so one address serves all of them, and
//! clients that know nothing of this project work unchanged. The operation is parsed once (`endpoint/operation`): the value gives its
//! name, the types of its members (`endpoint/shape`) and the permissions that it needs, and goes to the service's handler. Before a call
//! is answered, [`crate::guard`] turns web pages away, the signature is verified (`endpoint/authentication`), and the caller's role is
//! asked (`endpoint/permission`). Whoever is refused gets the error in the protocol in which it asked (`endpoint/protocol`), because its
//! client reads no other; of a service that is not here, the message says what is (`endpoint/unknown`).
//!
//! Each service's operations, and all the forms in which it refuses a caller, are in one file: `endpoint/lambda_api` is the one to read.
//! Services that are plugged in have theirs in crates of their own; the endpoint knows them as [`crate::service::ServiceApi`].

mod authentication;
mod cloudformation_api;
mod cloudwatch_api;
mod coding;
mod constraint;
mod event_source_mappings;
mod functions;
mod invoke;
mod lambda_api;
mod local_api;
mod logs_api;
mod operation;
mod page_token;
mod permission;
mod protocol;
mod query_compatible;
mod service;
mod shape;
mod sqs_api;
mod sts_api;
mod unknown;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::activity::{ActivityEvent, ActivityLog};
use crate::clock::Clock;
use crate::cloudtrail::{CloudTrail, CloudTrailEvent};
use crate::cloudwatch::CloudWatch;
use crate::deployment::{Deployments, Stacks};
use crate::guard::{self, FetchMetadata, Guard, ListenerKind};
use crate::iam::{Caller, Identities};
use crate::lambda::Lambda;
use crate::listener::{self, BodyError, HttpRequest};
use crate::logs::Logs;
use crate::programs::Packages;
use crate::service::query_protocol::QueryParameters;
use crate::service::{OperationTable, ServiceAnswer, Services};
use crate::sqs::Queues;
use crate::vpc::{EndpointPolicy, FunctionEndpoints};
use operation::Operation;
use protocol::{EndpointError, Protocol};
use stack::Service;

pub use local_api::LocalToken;

/// The services that the endpoint has by itself, as `(prefix of their actions, names of their operations)`. Services that are plugged in
/// have theirs in crates of their own.
pub fn operations() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("cloudformation", cloudformation_api::CloudFormationOperation::names()),
        ("cloudwatch", cloudwatch_api::CloudWatchOperation::names()),
        ("lambda", lambda_api::LambdaOperation::names()),
        ("logs", logs_api::LogsOperation::names()),
        ("sqs", sqs_api::SqsOperation::names()),
        ("sts", sts_api::StsOperation::names()),
    ]
}

/// The largest call that is read, in bytes: DynamoDB's own limit of 16 MB, and S3 parts of the same size.
const CALL_LIMIT: usize = 16 * 1024 * 1024;

/// The services of the endpoint. Cheap to clone.
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
    /// The services that are plugged in.
    pub services: Services,
    /// Where calls are written down.
    pub trail: CloudTrail,
    /// Where everything that happens is written down.
    pub activity: ActivityLog,
    /// Metrics and alarms.
    pub cloudwatch: CloudWatch,
    /// The stack's name.
    pub stack_name: String,
    /// Turns true when the cloud goes away.
    pub stop: watch::Receiver<bool>,
    /// The ways in: what answers at each.
    pub function_endpoints: FunctionEndpoints,
    /// The function in a VPC whose endpoint this is; the main endpoint is nobody's.
    pub vpc_function: Option<String>,
    /// What functions run whose code is uploaded, and where those are built that Cargo builds.
    pub packages: Packages,
    /// Who carries out deployments.
    pub deployments: Deployments,
    /// The stacks, as CloudFormation remembers them.
    pub stacks: Stacks,
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

    async fn answer(&self, request: HttpRequest, connection: SocketAddr) -> Response {
        let (parts, body) = request.into_parts();
        let is_local = local_api::is_asked(&parts);
        let service = service::of(&parts);
        let protocol = Protocol::of(&parts, service);
        let answered = survived(self.answer_in(protocol, service, &parts, body, connection)).await;
        let mut answer = answered.unwrap_or_else(|| {
            tracing::error!(method = %parts.method, path = parts.uri.path(), "the AWS endpoint failed at a request");
            self.refuse_call(protocol, is_local, &EndpointError::internal())
        });
        let hosted = self.services.answering(service).filter(|_| !is_local);
        if let Some(name) = hosted.and_then(|hosted| hosted.server()) {
            answer.headers_mut().insert(header::SERVER, HeaderValue::from_static(name));
        }
        answer
    }

    /// The answer to a call that is made in `protocol`.
    async fn answer_in(
        &self,
        protocol: Protocol,
        service: Service,
        parts: &Parts,
        body: Incoming,
        connection: SocketAddr,
    ) -> Response {
        let is_local = local_api::is_asked(parts);
        let hosted = self.services.answering(service).filter(|_| !is_local);
        let metadata = FetchMetadata::of(parts);
        let admitted = match hosted {
            Some(hosted) => hosted.admit(&self.guard, parts, &metadata),
            None => self.guard.check(ListenerKind::Aws, &metadata, |_| false),
        };
        if let Err(refused) = admitted {
            // What is signed was sent by a program that parses what it gets; to all others the guard speaks as to a browser.
            if metadata.is_browser() || is_local || service::scope_service(parts).is_none() {
                return refused.into_response();
            }
            let (status, text) = refused.status_and_text();
            return guard::protected(self.refuse_call(protocol, false, &EndpointError::turned_away(status, &text)));
        }
        let is_package = service == Service::Lambda && lambda_api::is_package(parts);
        let limit = if is_package { lambda_api::PACKAGE_LIMIT } else { CALL_LIMIT };
        let waits = listener::waits_to_continue(&parts.headers);
        if waits
            && body.size_hint().lower() <= limit as u64
            && let Some(hosted) = hosted
            && let Some(refusal) = hosted.refusal_of_head(parts).await
        {
            let operation = Operation::Hosted(hosted, hosted.operation(parts));
            let answered = AnsweredCall::from(refusal);
            self.write_down(service, &operation, &answered, local_api::looks_on(parts), connection);
            return closing(answered.response);
        }
        let read = match waits && body.size_hint().lower() > limit as u64 {
            true => Err(BodyError::TooLarge),
            false => listener::read(body, limit).await,
        };
        let body = match read {
            Ok(body) => body,
            Err(error) => {
                let refusal = match error {
                    BodyError::TooLarge if is_package => self.refuse(lambda_api::package_too_large()),
                    BodyError::TooLarge => self.refuse_call(protocol, is_local, &EndpointError::too_large()),
                    BodyError::Broken => self.refuse_call(protocol, is_local, &EndpointError::broken_off()),
                    BodyError::TooSlow => self.refuse_call(protocol, is_local, &EndpointError::too_slow()),
                };
                return if waits { closing(refusal) } else { refusal };
            }
        };
        if is_local {
            return self.local(parts, body).await;
        }
        let reach = self.function_endpoints.reach(self.vpc_function.as_deref());
        if !reach.includes(service) {
            // No route: the packets go nowhere, and the caller waits until its time is up.
            std::future::pending::<()>().await;
        }
        let content = coding::content(service, parts, &body);
        let call = EndpointCall::new(service, protocol, parts, content.as_deref().unwrap_or_default());
        let operation = Operation::of(hosted, &call);
        let answered = if let Operation::LeftOut(_) = operation {
            // Nobody here could say how the service refuses, so nobody is refused.
            AnsweredCall::from(self.refuse_call(protocol, false, &EndpointError::left_out(service)))
        } else {
            match (self.authenticate(&call, &body), content) {
                (Ok(caller), Ok(content)) => {
                    self.authorized(&operation, &call, content, caller, reach.policies(service)).await
                }
                (Ok(_), Err(error)) => AnsweredCall::from(self.refuse_call(protocol, false, &error)),
                (Err(why), content) => {
                    AnsweredCall::from(self.unauthenticated(&call, content.unwrap_or(body), &why).await)
                }
            }
        };
        self.write_down(service, &operation, &answered, local_api::looks_on(parts), connection);
        answered.response
    }

    /// An error of the endpoint's own, in the protocol of the call; the local API's callers read text.
    fn refuse_call(&self, protocol: Protocol, is_local: bool, error: &EndpointError) -> Response {
        if is_local { error.plain() } else { protocol.error(error, &self.clock.uuid().to_string()) }
    }

    /// The answer to a caller that is authenticated, and whose role is asked now, and the policies of the VPC endpoints on the way. A body
    /// is read after its sender is known.
    async fn authorized(
        &self,
        operation: &Operation<'_>,
        call: &EndpointCall<'_>,
        body: Bytes,
        caller: Caller,
        vpc_endpoints: &[EndpointPolicy],
    ) -> AnsweredCall {
        let read = match operation {
            Operation::Sqs(target) if call.protocol.is_query() => Ok(sqs_api::request(call, target)),
            Operation::CloudWatch(_) if call.protocol.is_query() => Ok(cloudwatch_api::request(call)),
            Operation::CloudFormation(_) => Ok(cloudformation_api::request_parameters(&call.parameters)),
            _ => serde_json::from_slice::<Value>(&body),
        };
        // A role cannot be asked about a body that cannot be read: one that nests deeper than a parser follows, or none.
        let unreadable = match operation {
            Operation::Hosted(hosted, _) if read.is_err() && matches!(caller, Caller::Function(_)) => {
                hosted.unreadable(call.parts)
            }
            Operation::CloudWatch(_) | Operation::Logs(_) | Operation::Sqs(_)
                if !body.is_empty() && !read.as_ref().is_ok_and(Value::is_object) =>
            {
                Some(self.refuse_call(call.protocol, false, &EndpointError::malformed_json()))
            }
            _ if call.is_malformed => Some(self.refuse_call(call.protocol, false, &EndpointError::malformed_query())),
            // In the query protocol everything is text, which SQS has words of its own for.
            Operation::CloudFormation(_) | Operation::CloudWatch(_) if call.protocol.is_query() => {
                let why = operation.shape().and_then(|shape| shape.misspelt(&call.parameters.tree()));
                why.map(|why| self.refuse_call(call.protocol, false, &EndpointError::mistyped(why)))
            }
            _ if !call.protocol.is_query() => read.as_ref().ok().filter(|read| read.is_object()).and_then(|request| {
                let why = operation.shape()?.mistyped(request)?;
                let refusal = self.refuse_call(call.protocol, false, &EndpointError::mistyped(why));
                Some(match operation {
                    Operation::CloudWatch(_) | Operation::Sqs(_) => {
                        query_compatible::with_code(refusal, "MalformedInput")
                    }
                    _ => refusal,
                })
            }),
            _ => None,
        };
        let mut request = read.unwrap_or_default();
        let answer = match &caller {
            _ if let Some(refusal) = unreadable => ServiceAnswer::from(refusal),
            _ if let Err(denial) =
                permission::check(&caller, vpc_endpoints, operation, &request, &call.parts.headers, &self.clock) =>
            {
                let (denied, request_id) = (Some(denial.to_string()), self.clock.uuid().to_string());
                let response = permission::denied(operation, call, &denial, &request_id);
                ServiceAnswer { denied, ..ServiceAnswer::from(response) }
            }
            _ => self.permitted(operation, call, body, &request, &caller).await,
        };
        let ServiceAnswer { response, function, denied } = answer;
        if let Operation::Lambda(_) = operation {
            lambda_api::without_package(&mut request);
        }
        let function = function.or_else(|| caller.function().map(str::to_string));
        AnsweredCall { response, request, function, denied }
    }

    /// Writes a call into CloudTrail, and into the activity log unless its caller only looks on.
    fn write_down(
        &self,
        service: Service,
        operation: &Operation<'_>,
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
        self.trail.put(CloudTrailEvent { event_source, event_name, function, request_parameters, status, connection });
    }

    /// The answer to a caller who may ask: the operation goes to its handler. `request` is the body where it is JSON, or says the same.
    async fn permitted(
        &self,
        operation: &Operation<'_>,
        call: &EndpointCall<'_>,
        body: Bytes,
        request: &Value,
        caller: &Caller,
    ) -> ServiceAnswer {
        let response = match operation {
            Operation::Hosted(hosted, _) => return hosted.answer(call.parts, body).await,
            Operation::Sqs(target) => self.sqs(target, call, request, caller).await,
            Operation::Logs(target) => self.logs(target, request),
            Operation::CloudWatch(target) => self.cloudwatch(target, call, request),
            Operation::Sts(request) => self.sts(request, caller),
            Operation::CloudFormation(target) => self.cloudformation(target, call).await,
            Operation::Lambda(request) => self.lambda(request, call.parts, body).await,
            Operation::LeftOut(asked) | Operation::Unknown(asked) => {
                self.refuse_call(call.protocol, false, &unknown::operation(call.parts, call.service, asked))
            }
        };
        ServiceAnswer::from(response)
    }
}

/// A call, as far as it is understood before anybody looks at what it asks for.
#[derive(Debug)]
struct EndpointCall<'a> {
    service: Service,
    protocol: Protocol,
    parts: &'a Parts,
    /// What it says in the query protocol; nothing in any other.
    parameters: QueryParameters,
    /// Whether it has parameters that cannot be read.
    is_malformed: bool,
}

impl<'a> EndpointCall<'a> {
    /// The call for `service` that `parts` and `body` make in `protocol`.
    fn new(service: Service, protocol: Protocol, parts: &'a Parts, body: &[u8]) -> EndpointCall<'a> {
        let read = match protocol.is_query() {
            true => QueryParameters::of(parts.uri.query(), body),
            false => Some(QueryParameters::default()),
        };
        let is_malformed = read.is_none();
        EndpointCall { service, protocol, parts, parameters: read.unwrap_or_default(), is_malformed }
    }

    /// Whether it is for a service that has to be plugged in.
    fn is_left_out(&self) -> bool {
        matches!(self.service, Service::DynamoDb | Service::DynamoDbStreams | Service::S3)
    }
}

/// What `future` gives; nothing where it panics, which otherwise would end the connection without a word. What it was changing is
/// behind locks that look at nobody's panic, so the next call finds it usable.
async fn survived<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
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

impl From<ServiceAnswer> for AnsweredCall {
    fn from(answer: ServiceAnswer) -> AnsweredCall {
        let ServiceAnswer { response, function, denied } = answer;
        AnsweredCall { response, request: Value::Null, function, denied }
    }
}

/// An answer after which nobody reads what still comes.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

#[cfg(test)]
mod tests;
