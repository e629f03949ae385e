//! The Lambda Runtime API: the four routes through which a function's process gets its events and gives its replies.
//!
//! Every execution environment has a listener of its own, so a process is known by the port it calls, and one that outlives
//! its environment finds nobody there. The protocol is a small state machine: `next` hands out the waiting invocation,
//! `response` or `error` ends it, and anything out of turn is refused with the texts of the real one. Facts: "Using the
//! Lambda runtime API" in the Lambda developer guide, and the state names that the service's 403 messages show.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot, watch};

use crate::clock::Clock;
use crate::lambda::{Call, RESPONSE_LIMIT};

/// The version that is part of every path.
pub(crate) const VERSION: &str = "2018-06-01";

/// One environment's side of the Runtime API. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct RuntimeApi(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    function_arn: String,
    timeout: Duration,
    seat: Mutex<Seat>,
    offered: Notify,
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

/// The one place for an event in an environment.
#[derive(Debug, Default)]
struct Seat {
    offer: Option<Offer>,
    running: Option<Running>,
    /// The id and state of the last invocation that ended, to name in a refusal.
    ended: Option<(String, &'static str)>,
}

/// An invocation that waits for the process to ask for it.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) request_id: String,
    pub(crate) call: Call,
    /// Told the moment in which the process took the event.
    pub(crate) taken: oneshot::Sender<Instant>,
    /// Told what the process answered.
    pub(crate) answer: oneshot::Sender<Answer>,
}

#[derive(Debug)]
struct Running {
    request_id: String,
    call: Call,
    deadline_ms: i64,
    trace_id: String,
    answer: oneshot::Sender<Answer>,
}

/// What a process says of the event it took.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Response(Bytes),
    Error(Bytes),
    TooLarge,
}

impl RuntimeApi {
    pub(crate) fn new(clock: Clock, function_arn: String, timeout: Duration) -> RuntimeApi {
        let phase = watch::Sender::new(Phase::Starting);
        RuntimeApi(Arc::new(Inner { clock, function_arn, timeout, seat: Mutex::default(), offered: Notify::new(), phase }))
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
        if let Err(error) = axum::serve(listener, routes).await {
            tracing::warn!(%error, "the Runtime API stopped");
        }
    }

    /// Puts an invocation where the process finds it.
    pub(crate) fn offer(&self, offer: Offer) {
        self.seat().offer = Some(offer);
        self.0.offered.notify_one();
    }

    /// Follows the init phase.
    pub(crate) fn phase(&self) -> watch::Receiver<Phase> {
        self.0.phase.subscribe()
    }

    fn seat(&self) -> MutexGuard<'_, Seat> {
        self.0.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The event in hand or the one on offer, as `next` answers it.
    fn event_for_next(&self) -> Option<Response> {
        let mut seat = self.seat();
        if seat.running.is_none() {
            let Offer { request_id, call, taken, answer } = seat.offer.take()?;
            let timeout_ms = i64::try_from(self.0.timeout.as_millis()).unwrap_or(i64::MAX);
            let deadline_ms = self.0.clock.epoch_millis().saturating_add(timeout_ms);
            let trace_id = call.trace_id.clone().unwrap_or_else(|| self.new_trace());
            // Whoever offered may have gone away; the process then works for nobody, as after a timeout.
            let _ = taken.send(Instant::now());
            seat.running = Some(Running { request_id, call, deadline_ms, trace_id, answer });
        }
        seat.running.as_ref().map(|running| self.event(running))
    }

    fn event(&self, running: &Running) -> Response {
        let mut response = Response::new(Body::from(running.call.payload.clone()));
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
        if let Some(context) = &running.call.client_context {
            set("lambda-runtime-client-context", context);
        }
        response
    }

    fn new_trace(&self) -> String {
        let clock = &self.0.clock;
        let seconds = clock.now().unix_timestamp();
        format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", clock.hex(24), clock.hex(16))
    }

    /// Ends the invocation `id` with `answer`; `to` is the state that the process wants to reach.
    fn end(&self, id: &str, to: &'static str, answer: Answer) -> Result<(), Box<Response>> {
        let mut seat = self.seat();
        match seat.running.take_if(|running| running.request_id == id) {
            Some(running) => {
                seat.ended = Some((running.request_id, to));
                // Nobody waits for the answer after a timeout.
                let _ = running.answer.send(answer);
                Ok(())
            }
            None => match &seat.ended {
                Some((ended, state)) if ended == id && seat.running.is_none() => Err(Box::new(wrong_state(state, to))),
                _ => Err(Box::new(refused(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"))),
            },
        }
    }
}

async fn next(State(api): State<RuntimeApi>) -> Response {
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

async fn response(State(api): State<RuntimeApi>, Path(id): Path<String>, request: Request) -> Response {
    match to_bytes(request.into_body(), RESPONSE_LIMIT).await {
        Ok(body) => accepted(api.end(&id, "InvocationResponse", Answer::Response(body))),
        Err(_) => match api.end(&id, "InvocationResponse", Answer::TooLarge) {
            Ok(()) => {
                let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
                refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
            }
            Err(refusal) => *refusal,
        },
    }
}

async fn error(State(api): State<RuntimeApi>, Path(id): Path<String>, headers: HeaderMap, request: Request) -> Response {
    match to_bytes(request.into_body(), RESPONSE_LIMIT).await {
        Ok(body) => accepted(api.end(&id, "InvocationErrorResponse", Answer::Error(described(body, &headers)))),
        Err(_) => refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "The error's description is too large."),
    }
}

async fn init_error(State(api): State<RuntimeApi>, headers: HeaderMap, request: Request) -> Response {
    let Ok(body) = to_bytes(request.into_body(), RESPONSE_LIMIT).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "The error's description is too large.");
    };
    let starting = api.0.phase.send_if_modified(|phase| {
        let starting = *phase == Phase::Starting;
        if starting {
            *phase = Phase::InitError(described(body, &headers));
        }
        starting
    });
    if starting { accepted(Ok(())) } else { wrong_state("Ready", "InitError") }
}

async fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
}

/// The error's description as Invoke will show it: the body where it is JSON, else one made from the type header.
fn described(body: Bytes, headers: &HeaderMap) -> Bytes {
    if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok() {
        return body;
    }
    let named = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    let known = named.filter(|name| name.starts_with("Runtime.") || name.starts_with("Function."));
    Bytes::from(json!({ "errorType": known.unwrap_or("Function.Unknown") }).to_string())
}

fn accepted(outcome: Result<(), Box<Response>>) -> Response {
    match outcome {
        Ok(()) => json_response(StatusCode::ACCEPTED, json!({ "status": "OK" })),
        Err(refusal) => *refusal,
    }
}

fn wrong_state(from: &str, to: &str) -> Response {
    let message = format!("State transition from {from} to {to} failed for runtime. Error: State transition is not allowed");
    refused(StatusCode::FORBIDDEN, "InvalidStateTransition", &message)
}

fn refused(status: StatusCode, error_type: &str, message: &str) -> Response {
    json_response(status, json!({ "errorMessage": message, "errorType": error_type }))
}

fn json_response(status: StatusCode, body: serde_json::Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, content_type, body.to_string()).into_response()
}
