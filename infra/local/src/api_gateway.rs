//! API Gateway: a REST API with one of its stages.
//!
//! A request walks through these stations, and each may turn it away with an answer that the API's owner never wrote:
//!
//! 1. `host`, `address`: is this the API's host, and is the first path segment its stage? Otherwise `Forbidden`.
//! 2. `stack::Routes`: is there a resource with this method? Otherwise `Missing Authentication Token`. There is no 404, and no 405.
//! 3. `admission`: the API key with its usage plan, and the throttle. `validation`: required parameters, and models.
//! 4. `integration`: the function (or `MOCK`, or another server), whose failures become 500, 502, 504 and 413.
//!
//! The answers of the gateway itself are in `error` (what AWS says) and `response` (how the template changed it). What
//! happened on the way is written to the log group `API-Gateway-Execution-Logs_{apiId}/{stage}` by `execution_log`, and one line about
//! each request to a group of the stage's choosing by `access_log`. Both need the account's role (`log_role`).
//!
//! Each stage is a [`Stage`] and serves what its deployment holds; `listener` finds it by the first segment of the path.
//!
//! Limits admitted: one API per stack, and no authorizers. The template refuses what is not supported, so nothing is overlooked.

use std::sync::Arc;
use std::time::Instant;

use crate::activity::{ActivityEvent, ActivityLog};
use crate::clock::Clock;
use crate::cloudwatch::CloudWatch;
use crate::lambda::Lambda;
use crate::logs::Logs;
use crate::proxy::{EdgeHop, MatchedRequest, RequestContext};
use crate::wire::{Request, Response};
use access_log::{AnsweredRequest, IntegrationFigures};
use address::Address;
use admission::{Throttles, UsagePlanKeys};
use error::GatewayError;
use execution_log::ExecutionLog;
use integration::PreparedTemplates;
use stack::model::CompileModel;
use stack::{EndpointType, ExecutionLogging, Permission, RestApi, Routes};
use trace::Trace;
use validation::Models;

mod access_log;
mod address;
mod admission;
mod context;
mod error;
mod execution_log;
mod host;
mod integration;
mod listener;
mod log_role;
mod mapping;
mod metrics;
mod permission;
mod response;
mod template;
mod trace;
mod validation;

pub use listener::ApiListener;
pub use log_role::LogRole;

/// A stage of a REST API, ready to answer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stage(Arc<StageState>);

#[derive(Debug)]
struct StageState {
    api: RestApi,
    routes: Routes,
    throttles: Throttles,
    keys: UsagePlanKeys,
    models: Models,
    prepared: PreparedTemplates,
    deps: StageDeps,
}

/// What a REST API leads to.
#[derive(Debug, Clone)]
pub struct StageDeps {
    /// What the stack's functions permit. An API may invoke nothing else; what it is not permitted is a 500.
    pub permissions: Vec<Permission>,
    /// The functions, which are called by name.
    pub lambda: Lambda,
    /// Where the execution log is written.
    pub logs: Logs,
    /// The account's role with which API Gateway writes logs. Without one there is none.
    pub log_role: LogRole,
    /// Where requests are written down.
    pub activity: ActivityLog,
    /// Where they are counted.
    pub cloudwatch: CloudWatch,
    /// Dates, ids, and the throttle's time.
    pub clock: Clock,
    /// What compiles the models of bodies.
    pub models: Option<CompileModel>,
}

impl Stage {
    /// The API as deployed.
    pub fn new(api: RestApi, deps: StageDeps) -> Stage {
        let (routes, throttles, keys) = (Routes::new(&api.methods), Throttles::new(&api), UsagePlanKeys::new(&api));
        let (models, prepared) = (Models::new(&api.methods, deps.models), PreparedTemplates::of(&api.methods));
        Stage(Arc::new(StageState { api, routes, throttles, keys, models, prepared, deps }))
    }

    /// The name of the log group that says what became of each request.
    pub fn log_group(&self) -> String {
        execution_log::group(&self.0.api)
    }

    /// Whether `request` is for this stage.
    fn serves(&self, request: &Request) -> bool {
        Address::of(&request.target).stage == self.0.api.stage
    }

    /// The answer to one request.
    pub async fn answer(&self, mut request: Request) -> Response {
        let StageState { api, deps: StageDeps { clock, activity, log_role, logs, .. }, .. } = &*self.0;
        let began = Instant::now();
        if let Some(method) = request.header("x-http-method-override") {
            request.method = method.to_string();
        }
        let edge = (api.endpoint_type == EndpointType::Edge).then(|| EdgeHop::new(clock));
        if edge.is_some() && request.method == "GET" && !request.body.is_empty() {
            return with_edge(response::edge_bad_request(), edge.as_ref());
        }
        let address = Address::of(&request.target);
        let mut context = context::of(&request, &address, api, clock);
        let mut failure = None;
        let answer = if address.stage != api.stage || !host::is_ours(request.header("host"), &api.id) {
            // The stage is what carries the customised gateway responses, so without one there are none.
            response::plain(&GatewayError::forbidden())
        } else {
            let (answered, integration) = self.0.respond(&request, &address, &mut context, edge.as_ref()).await;
            let (answer, error) = match answered {
                Ok(answer) => (answer, None),
                Err(error) => (response::customised(&error, api, &request, &context), Some(error)),
            };
            if log_role.may_write() {
                let (error, latency) = (error.as_ref(), began.elapsed());
                let answered =
                    AnsweredRequest { context: &context, answer: &answer, error, integration: &integration, latency };
                answered.write(api, logs);
            }
            metrics::report(&self.0.deps.cloudwatch, api, answer.status, began.elapsed(), integration.latency);
            failure = error.and_then(|error| error.log_line);
            answer
        };
        let answer = with_edge(with_ids(answer, &context, clock), edge.as_ref());
        activity.put(ActivityEvent::Request {
            status: answer.status,
            request_id: context.request_id,
            error_type: answer.header("x-amzn-ErrorType").map(str::to_string),
            failure,
            took: began.elapsed(),
            method: request.method,
            target: request.target,
        });
        answer
    }
}

impl StageState {
    /// From the address to the integration and back.
    async fn respond(
        &self,
        request: &Request,
        address: &Address<'_>,
        context: &mut RequestContext,
        edge: Option<&EdgeHop>,
    ) -> (Result<Response, GatewayError>, IntegrationFigures) {
        let Some(found) = self.routes.find(&address.path, &context.http_method) else {
            return (Err(GatewayError::no_such_method(request)), IntegrationFigures::default());
        };
        let method = &self.api.methods[found.method];
        context.resource_path.clone_from(&method.resource_path);
        context.resource_id = context::short_id(&self.api.id, &method.resource_path);

        let logging = match self.deps.log_role.may_write() {
            true => method.execution_logging.unwrap_or(self.api.execution_logging),
            false => ExecutionLogging::default(),
        };
        let mut log = ExecutionLog::begin(context, request, &found.parameters, logging);
        let trace = Trace::of(request.header("x-amzn-trace-id"), &self.deps.clock);
        let incoming = MatchedRequest {
            request,
            api: &self.api,
            context,
            path: &address.path,
            path_parameters: &found.parameters,
            trace_id: &trace.received,
            edge,
        };
        let admitted = self
            .keys
            .admit(method, request, &self.deps.clock)
            .and_then(|()| self.throttles.admit(found.method, &self.deps.clock))
            .and_then(|()| self.models.check(found.method, &method.request, &incoming));
        let answer = match admitted {
            Ok(()) => self.integrate(&method.integration, &incoming, &trace, &mut log).await,
            Err(error) => Err(error),
        };
        let integration = log.end(&answer, &self.deps.logs, &self.api);
        (answer, integration)
    }
}

/// The answer as it leaves CloudFront, at an edge-optimised endpoint.
fn with_edge(mut answer: Response, edge: Option<&EdgeHop>) -> Response {
    if let Some(edge) = edge {
        answer.headers.extend(edge.response_headers(answer.status));
    }
    answer
}

/// The answer with the headers that every answer of an API has. They stand where API Gateway puts them: the date first,
/// the ids after what describes the body.
fn with_ids(mut answer: Response, context: &RequestContext, clock: &Clock) -> Response {
    let described = answer.headers.iter().take_while(|(name, _)| name.eq_ignore_ascii_case("content-type")).count();
    let ids = [
        ("x-amzn-RequestId".to_string(), context.request_id.clone()),
        ("x-amz-apigw-id".to_string(), context.extended_request_id.clone()),
    ];
    answer.headers.splice(described..described, ids);
    answer.headers.insert(0, ("Date".to_string(), context::http_date(clock.now())));
    answer
}

#[cfg(test)]
mod tests;
