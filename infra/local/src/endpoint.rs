//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its signature, headers or path which service it wants (`endpoint/service`), so one address serves all of them, and
//! clients that know nothing of this project work unchanged. The operation is parsed once (`endpoint/operation`): the value gives its
//! name and the permissions that it needs, and goes to the service's handler. Before a call is answered, [`crate::guard`] turns web
//! pages away, the signature is verified (`endpoint/authentication`), and the caller's role is asked (`endpoint/permission`). A call
//! that nobody here answers gets the error that its service would give, and the message says what is supported.
//!
//! Each service's operations, and all the forms in which it refuses a caller, are in one file: `endpoint/lambda_api` is the one to read.
//! Services that are plugged in have theirs in crates of their own; the endpoint knows them as [`crate::service::ServiceApi`].

mod authentication;
mod event_source_mappings;
mod functions;
mod invoke;
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

use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::activity::{ActivityEvent, ActivityLog};
use crate::clock::Clock;
use crate::cloudtrail::{ApiCall, Trail};
use crate::deployment::Deployments;
use crate::guard::{Guard, Listener, Sender};
use crate::iam::{Caller, Identities};
use crate::lambda::Lambda;
use crate::listener::{self, BodyError, HttpRequest};
use crate::logs::Logs;
use crate::programs::build::Workspace;
use crate::service::{ServiceAnswer, Services};
use crate::sqs::Queues;
use crate::vpc::VpcEndpoints;
use operation::Operation;
use stack::Service;

pub use local_api::LocalToken;

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
    pub trail: Trail,
    /// Where everything that happens is written down.
    pub activity: ActivityLog,
    /// The stack's name.
    pub stack_name: String,
    /// Turns true when the cloud goes away.
    pub stop: watch::Receiver<bool>,
    /// The ways in: what answers at each.
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

    async fn answer(&self, request: HttpRequest, connection: SocketAddr) -> Response {
        let (parts, body) = request.into_parts();
        let is_local = local_api::is_asked(&parts);
        let service = service::of(&parts);
        let hosted = self.services.answering(service).filter(|_| !is_local);
        let sender = Sender::of(&parts);
        let admitted = match hosted {
            Some(hosted) => hosted.admit(&self.guard, &parts, &sender),
            None => self.guard.check(Listener::Aws, &sender, |_| false),
        };
        if let Err(refused) = admitted {
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
        let operation = Operation::of(service, hosted, &parts, &body);
        let answered = if let Operation::LeftOut(_) = operation {
            // Nobody here could say how the service refuses, so nobody is refused.
            AnsweredCall::from(left_out(service))
        } else {
            match self.authenticate(service, &parts, &body) {
                Ok(caller) => self.authorized(&operation, &parts, body, caller).await,
                Err(why) => AnsweredCall::from(self.unauthenticated(service, &parts, body, &why).await),
            }
        };
        self.write_down(service, &operation, &answered, local_api::looks_on(&parts), connection);
        answered.response
    }

    /// The answer to a caller that is authenticated, and whose role is asked now. A body is read after its sender is known.
    async fn authorized(&self, operation: &Operation<'_>, parts: &Parts, body: Bytes, caller: Caller) -> AnsweredCall {
        let read = serde_json::from_slice::<Value>(&body);
        // A role cannot be asked about a body that cannot be read: one that nests deeper than a parser follows, or none.
        let unreadable = match operation {
            Operation::Hosted(hosted, _) if read.is_err() => hosted.unreadable(),
            _ => None,
        };
        let request = read.unwrap_or_default();
        let answer = match &caller {
            Caller::Function(_) if let Some(refusal) = unreadable => ServiceAnswer::from(refusal),
            Caller::Function(session)
                if let Err(denial) = permission::check(session, operation, &request, &parts.headers, &self.clock) =>
            {
                let denied = Some(denial.to_string());
                ServiceAnswer { denied, ..ServiceAnswer::from(permission::denied(operation, &denial)) }
            }
            _ => self.permitted(operation, parts, body, &request, &caller).await,
        };
        let ServiceAnswer { response, function, denied } = answer;
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
        self.trail.put(ApiCall { event_source, event_name, function, request_parameters, status, connection });
    }

    /// The answer to a caller who may ask: the operation goes to its handler. `request` is the body where it is JSON.
    async fn permitted(
        &self,
        operation: &Operation<'_>,
        parts: &Parts,
        body: Bytes,
        request: &Value,
        caller: &Caller,
    ) -> ServiceAnswer {
        let response = match operation {
            Operation::Hosted(hosted, _) => return hosted.answer(parts, body).await,
            Operation::Sqs(target) => self.sqs(target, parts, request).await,
            Operation::Logs(target) => self.logs(target, request),
            Operation::Sts(request) => self.sts(request, caller),
            Operation::Lambda(request) => self.lambda(request, parts, body).await,
            Operation::LeftOut(_) | Operation::Unknown(_) => unknown::service(parts, &self.clock.uuid().to_string()),
        };
        ServiceAnswer::from(response)
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

/// The answer for a service that this local cloud was booted without.
fn left_out(service: Service) -> Response {
    (StatusCode::NOT_IMPLEMENTED, format!("This local cloud was booted without `{}`.\n", service.prefix()))
        .into_response()
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

#[cfg(test)]
mod tests;
