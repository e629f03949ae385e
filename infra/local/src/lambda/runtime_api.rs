//! The Lambda Runtime API: the four routes through which a function's process gets its events and gives its replies.
//!
//! Every execution environment has a listener of its own, which serves the environment's process and refuses all others
//! (`runtime_api/owner`). `next` hands out the waiting invocation, `response` or `error` ends it; the order between them is the
//! state machine in `runtime_api/invocation_slot`, and the answers are in `runtime_api/reply`. Facts: "Using the Lambda runtime API"
//! in the Lambda developer guide.

mod invocation_slot;
mod owner;
mod reply;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use super::InvokeRequest;
use crate::clock::Clock;
use crate::guard::{self, FetchMetadata};
pub(crate) use invocation_slot::{Answer, PendingInvocation};
use invocation_slot::{InvocationSlot, OutOfTurn, Running, State as Stage};
use owner::Peer;
use reply::ReceivedBody;

/// The version that is part of every path.
pub(crate) const VERSION: &str = "2018-06-01";

/// How long a `next` whose connection went away may take to be forgotten, when another one comes.
const FORGOTTEN: Duration = Duration::from_millis(250);

/// One environment's side of the Runtime API. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct RuntimeApi(Arc<RuntimeApiState>);

#[derive(Debug)]
struct RuntimeApiState {
    clock: Clock,
    /// The process that it serves.
    owner: u32,
    function_arn: String,
    timeout: Duration,
    slot: Mutex<InvocationSlot>,
    offered: Notify,
    /// Told when no `next` waits any more.
    left: Notify,
    phase: watch::Sender<Phase>,
}

/// What the process has told about its init phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has not asked for an event yet.
    Starting,
    /// It has asked at least once.
    Ready,
    /// It reported that it cannot start.
    InitError(Bytes),
}

impl RuntimeApi {
    /// Serves the process `owner`, and what is in the process group that it leads.
    pub(crate) fn new(clock: Clock, owner: u32, function_arn: String, timeout: Duration) -> RuntimeApi {
        let phase = watch::Sender::new(Phase::Starting);
        RuntimeApi(Arc::new(RuntimeApiState {
            clock,
            owner,
            function_arn,
            timeout,
            slot: Mutex::default(),
            offered: Notify::new(),
            left: Notify::new(),
            phase,
        }))
    }

    /// Answers on `listener` until the task that runs this is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let path = |rest: &str| format!("/{VERSION}/runtime/{rest}");
        let routes = Router::new()
            .route(&path("invocation/next"), get(next))
            .route(&path("invocation/{id}/response"), post(response))
            .route(&path("invocation/{id}/error"), post(error))
            .route(&path("init/error"), post(init_error))
            .fallback(unknown)
            .with_state(self);
        let service = routes.into_make_service_with_connect_info::<Peer>();
        if let Err(error) = axum::serve(listener, service).await {
            tracing::warn!(%error, "the Runtime API stopped");
        }
    }

    /// Puts an invocation where the process finds it.
    pub(crate) fn offer(&self, offer: PendingInvocation) {
        self.slot().offer(offer);
        self.0.offered.notify_one();
    }

    /// Follows the init phase.
    pub(crate) fn phase(&self) -> watch::Receiver<Phase> {
        self.0.phase.subscribe()
    }

    fn slot(&self) -> MutexGuard<'_, InvocationSlot> {
        self.0.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to wait for an event, if it is the time for that and nobody else does.
    async fn wait_in_turn(&self) -> Result<WaitingNext<'_>, OutOfTurn> {
        let asked = || self.slot().ask();
        let left = self.0.left.notified();
        let mut turn = asked();
        if let Err(OutOfTurn::AlreadyWaiting { .. }) = turn {
            // A process whose connection broke may come back before its first call is known to be gone.
            let _ = tokio::time::timeout(FORGOTTEN, left).await;
            turn = asked();
        }
        turn.map(|()| WaitingNext(self))
    }

    /// The event of the running invocation or of the pending one, as `next` answers it.
    fn event_for_next(&self) -> Option<Response> {
        let prepare = |request: &InvokeRequest| {
            let timeout_ms = i64::try_from(self.0.timeout.as_millis()).unwrap_or(i64::MAX);
            let deadline_ms = self.0.clock.epoch_millis().saturating_add(timeout_ms);
            (deadline_ms, request.trace_id.clone().unwrap_or_else(|| self.new_trace()))
        };
        self.slot().take(prepare).map(|running| self.event(running))
    }

    fn event(&self, running: &Running) -> Response {
        let mut response = Response::new(Body::from(running.request.payload.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set("lambda-runtime-aws-request-id", &running.request_id);
        set("lambda-runtime-deadline-ms", &running.deadline_ms.to_string());
        set("lambda-runtime-invoked-function-arn", &self.0.function_arn);
        set("lambda-runtime-trace-id", &running.trace_id);
        if let Some(context) = &running.request.client_context {
            set("lambda-runtime-client-context", context);
        }
        response
    }

    fn new_trace(&self) -> String {
        let clock = &self.0.clock;
        format!("Root={};Parent={};Sampled=0", clock.trace_root(), clock.hex(16))
    }

    /// Begins to end the invocation `id`. The invocation ends with the result of this, whatever happens to the connection.
    fn ending(&self, id: &str, to: Stage) -> Result<AnswerOnItsWay<'_>, OutOfTurn> {
        self.slot().begin(id, to)?;
        Ok(AnswerOnItsWay { api: self, answer: Some(Answer::Error(reply::runtime_error("Runtime.TruncatedResponse"))) })
    }
}

/// The end of an invocation, on its way: dropped, it delivers the answer that stands in it.
struct AnswerOnItsWay<'a> {
    api: &'a RuntimeApi,
    answer: Option<Answer>,
}

impl AnswerOnItsWay<'_> {
    fn with(mut self, answer: Answer) {
        self.answer = Some(answer);
    }
}

impl Drop for AnswerOnItsWay<'_> {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            self.api.slot().end(answer);
        }
    }
}

/// The Runtime API, for the environment's process. The routes get it in no other way, so that they answer nobody else.
struct Admitted(RuntimeApi);

impl FromRequestParts<RuntimeApi> for Admitted {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, api: &RuntimeApi) -> Result<Admitted, Response> {
        // A page that the process itself shows is a stranger, too.
        guard::refuse_browsers(&FetchMetadata::of(parts)).map_err(IntoResponse::into_response)?;
        let caller = parts.extensions.get::<ConnectInfo<Peer>>();
        let belongs = caller.is_some_and(|ConnectInfo(caller)| caller.belongs_to(api.0.owner));
        if belongs { Ok(Admitted(api.clone())) } else { Err(reply::stranger()) }
    }
}

/// A `next` that waits for an event: dropped, with its answer or without its connection, another one may.
struct WaitingNext<'a>(&'a RuntimeApi);

impl Drop for WaitingNext<'_> {
    fn drop(&mut self) {
        self.0.slot().stop_waiting();
        self.0.0.left.notify_waiters();
    }
}

async fn next(Admitted(api): Admitted) -> Response {
    let _waiting = match api.wait_in_turn().await {
        Ok(waiting) => waiting,
        Err(why) => return reply::out_of_turn(why),
    };
    api.0.phase.send_if_modified(|phase| {
        let first = *phase == Phase::Starting;
        if first {
            *phase = Phase::Ready;
        }
        first
    });
    loop {
        let offered = api.0.offered.notified();
        if let Some(event) = api.event_for_next() {
            return event;
        }
        offered.await;
    }
}

async fn response(Admitted(api): Admitted, Path(id): Path<String>, request: Request) -> Response {
    let ending = match api.ending(&id, Stage::InvocationResponse) {
        Ok(ending) => ending,
        Err(why) => return reply::out_of_turn(why),
    };
    let mode = request.headers().get("lambda-runtime-function-response-mode");
    if mode.is_some_and(|mode| !mode.as_bytes().eq_ignore_ascii_case(b"streaming")) {
        ending.with(Answer::Error(reply::runtime_error("Runtime.InvalidResponseModeHeader")));
        return reply::invalid_response_mode();
    }
    match reply::read(request.into_body()).await {
        ReceivedBody::Whole { body, error } => {
            ending.with(error.map_or(Answer::Response(body), Answer::Error));
            reply::accepted()
        }
        ReceivedBody::TooLarge => {
            ending.with(Answer::TooLarge);
            reply::too_large()
        }
        ReceivedBody::Truncated => reply::truncated(),
    }
}

async fn error(Admitted(api): Admitted, Path(id): Path<String>, headers: HeaderMap, request: Request) -> Response {
    let ending = match api.ending(&id, Stage::InvocationErrorResponse) {
        Ok(ending) => ending,
        Err(why) => return reply::out_of_turn(why),
    };
    match reply::read(request.into_body()).await {
        ReceivedBody::Whole { body, .. } => {
            ending.with(Answer::Error(reply::described(body, &headers)));
            reply::accepted()
        }
        ReceivedBody::TooLarge => {
            ending.with(Answer::Error(reply::described(Bytes::new(), &headers)));
            reply::too_large()
        }
        ReceivedBody::Truncated => reply::truncated(),
    }
}

async fn init_error(Admitted(api): Admitted, headers: HeaderMap, request: Request) -> Response {
    if let Err(why) = api.slot().init_error() {
        return reply::out_of_turn(why);
    }
    let (description, answer) = match reply::read(request.into_body()).await {
        ReceivedBody::Whole { body, .. } => (reply::described(body, &headers), reply::accepted()),
        ReceivedBody::TooLarge => (reply::described(Bytes::new(), &headers), reply::too_large()),
        ReceivedBody::Truncated => (reply::described(Bytes::new(), &headers), reply::truncated()),
    };
    api.0.phase.send_replace(Phase::InitError(description));
    answer
}

async fn unknown(_: Admitted) -> Response {
    (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
}

#[cfg(test)]
mod tests;
