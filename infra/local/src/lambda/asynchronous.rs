//! Asynchronous invocations: 202 at once, and then as many attempts as the function's settings allow.
//!
//! A function error is tried again twice, after one minute and after two; here a second stands for a minute, because a
//! learner waits for it. Throttling does not use up an attempt: the event waits, up to its greatest age. An event that
//! is given up goes to the on-failure destination with everything about it, and one that succeeded to the on-success
//! one. What waits outlives the local cloud (`asynchronous/waiting`). Facts: "Asynchronous invocation" in the Lambda
//! developer guide.

mod waiting;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::refusal::EVENT_LIMIT;
use super::{InvokeRequest, Lambda, Outcome, Refusal};
use crate::destinations::{DestinationRecord, Destinations};
use stack::{EventInvokeConfig, function_arn};
use waiting::{Kept, QueuedEvent};

/// The pauses before the first and the second retry, a sixtieth of Lambda's.
const RETRY_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];
/// The pause while a function is throttled; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What asynchronous invocations share.
#[derive(Debug, Default)]
pub(super) struct Events {
    configs: Mutex<BTreeMap<String, EventInvokeConfig>>,
    destinations: OnceLock<Destinations>,
    kept: OnceLock<Kept>,
    /// How many events are not done with.
    pending: watch::Sender<usize>,
}

/// An event that is not done with, while this lives.
struct Pending(Arc<super::LambdaState>);

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.events.pending.send_modify(|pending| *pending -= 1);
    }
}

/// How one event ended.
enum EventEnd {
    Succeeded(Outcome),
    GaveUp {
        condition: &'static str,
        outcome: Option<Outcome>,
    },
    /// The function went away.
    Dropped,
    /// The cloud went away; the event waits for the next one.
    Abandoned,
}

impl Lambda {
    /// Takes an event for `function` and returns its request id; the rest happens by itself.
    ///
    /// # Errors
    ///
    /// A function that does not exist, an event that is not JSON or too large. Throttling is not an error here.
    pub fn invoke_event(&self, function: &str, request: InvokeRequest) -> Result<String, Refusal> {
        self.deployed(function)?;
        Refusal::unless_json(&request.payload)?;
        if request.payload.len() > EVENT_LIMIT {
            return Err(Refusal::EventTooLarge { bytes: request.payload.len() });
        }
        let clock = &self.0.deps.clock;
        let request_id = clock.uuid().to_string();
        let waiting =
            QueuedEvent::new(function, request_id.clone(), request, clock.now(), clock.ordered_uuid().to_string());
        if let Some(kept) = self.0.events.kept.get() {
            kept.put(&waiting);
        }
        self.work_off(waiting);
        Ok(request_id)
    }

    /// Has an event tried until it is done with.
    fn work_off(&self, mut waiting: QueuedEvent) {
        self.0.events.pending.send_modify(|pending| *pending += 1);
        let (lambda, pending) = (self.clone(), Pending(Arc::clone(&self.0)));
        tokio::spawn(async move {
            let end = lambda.attempt(&mut waiting).await;
            let over = !matches!(end, EventEnd::Abandoned);
            lambda.report(&waiting, end).await;
            if let Some(kept) = lambda.0.events.kept.get().filter(|_| over) {
                kept.remove(&waiting);
            }
            drop(pending);
        });
    }

    /// Waits until every asynchronous event has succeeded or was given up.
    pub async fn events_settled(&self) {
        let mut pending = self.0.events.pending.subscribe();
        let _ = pending.wait_for(|pending| *pending == 0).await;
    }

    /// Says where destinations are, and where events wait; what an earlier run left there is taken up. A cloud does this once; without
    /// it, what is given up is gone, and so is what waits at the end.
    pub fn connect(&self, destinations: Destinations, folder: Option<&Path>) {
        let kept = Kept::in_folder(folder);
        let left = kept.left();
        // A second call would be a second cloud around one `Lambda`, which nobody builds.
        let _ = (self.0.events.destinations.set(destinations), self.0.events.kept.set(kept));
        for waiting in left {
            self.work_off(waiting);
        }
    }

    /// How `function` treats asynchronous events, if it says so.
    pub fn event_invoke_config(&self, function: &str) -> Option<EventInvokeConfig> {
        self.0.events.configs.lock().unwrap_or_else(PoisonError::into_inner).get(function).cloned()
    }

    /// Sets how `function` treats asynchronous events, or forgets it.
    pub fn set_event_invoke_config(&self, function: &str, config: Option<EventInvokeConfig>) {
        let mut configs = self.0.events.configs.lock().unwrap_or_else(PoisonError::into_inner);
        match config {
            Some(config) => configs.insert(function.to_string(), config),
            None => configs.remove(function),
        };
    }

    async fn attempt(&self, waiting: &mut QueuedEvent) -> EventEnd {
        let function = waiting.function.clone();
        let function = function.as_str();
        let mut wait = FIRST_WAIT;
        loop {
            let config = self.event_invoke_config(function).unwrap_or_default();
            if waiting.age(self.0.deps.clock.now()) > config.maximum_event_age {
                return EventEnd::GaveUp { condition: "EventAgeExceeded", outcome: None };
            }
            if self.0.concurrency.reserved(function) == Some(0) {
                return EventEnd::GaveUp { condition: "ZeroReservedConcurrency", outcome: None };
            }
            let pause = match self.run(function, waiting.request(), waiting.request_id.clone()).await {
                // What the end of the cloud cut short does not count as an attempt.
                Ok(outcome) if outcome.function_error.is_some() && *self.0.closing.borrow() => {
                    return EventEnd::Abandoned;
                }
                Ok(outcome) if outcome.function_error.is_none() => {
                    waiting.attempts += 1;
                    return EventEnd::Succeeded(outcome);
                }
                Ok(outcome) => {
                    waiting.attempts += 1;
                    if waiting.attempts > config.maximum_retry_attempts {
                        return EventEnd::GaveUp { condition: "RetriesExhausted", outcome: Some(outcome) };
                    }
                    if let Some(kept) = self.0.events.kept.get() {
                        kept.put(waiting);
                    }
                    let retry = usize::try_from(waiting.attempts - 1).unwrap_or_default();
                    RETRY_PAUSES[retry.min(RETRY_PAUSES.len() - 1)]
                }
                // A deployment took the function away, and with it what waited for it.
                Err(Refusal::FunctionNotFound(_)) => return EventEnd::Dropped,
                Err(_) => {
                    let pause = wait;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    pause
                }
            };
            if !self.rest(pause).await {
                return EventEnd::Abandoned;
            }
        }
    }

    /// Waits; false when the cloud goes away meanwhile.
    async fn rest(&self, pause: Duration) -> bool {
        let mut closing = self.0.closing.subscribe();
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => false,
            () = tokio::time::sleep(pause) => true,
        }
    }

    async fn report(&self, waiting: &QueuedEvent, end: EventEnd) {
        let QueuedEvent { function, request_id, attempts, .. } = waiting;
        let config = self.event_invoke_config(function).unwrap_or_default();
        let (destination, condition, outcome) = match &end {
            EventEnd::Succeeded(outcome) => (config.on_success, "Success", Some(outcome)),
            EventEnd::GaveUp { condition, outcome } => (config.on_failure, *condition, outcome.as_ref()),
            EventEnd::Dropped | EventEnd::Abandoned => return,
        };
        let (Some(destination), Some(destinations)) = (destination, self.0.events.destinations.get()) else { return };
        let mut message = json!({
            "version": "1.0",
            "timestamp": self.0.deps.clock.iso_millis(),
            "requestContext": {
                "requestId": request_id,
                "functionArn": format!("{}:$LATEST", function_arn(function)),
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "requestPayload": parsed(&waiting.request().payload),
        });
        if let Some(outcome) = outcome {
            let mut context = json!({ "statusCode": 200, "executedVersion": "$LATEST" });
            if let Some(error) = outcome.function_error {
                context["functionError"] = json!(error);
            }
            message["responseContext"] = context;
            message["responsePayload"] = parsed(&outcome.payload);
        }
        let record = DestinationRecord { prefix: format!("async/{function}"), body: message.to_string() };
        if let Some(name) = destination.split_once(":function:").map(|(_, name)| name.to_string()) {
            let request = InvokeRequest::with(record.body);
            if let Err(refusal) = self.invoke_event(&name, request) {
                self.report_destination_failure(function);
                tracing::warn!(%refusal, function, "the destination of an asynchronous invocation was not invoked");
            }
        } else if let Err(why) = destinations.send(&destination, record).await {
            self.report_destination_failure(function);
            tracing::warn!(why, function, "the result of an asynchronous invocation is lost");
        }
    }
}

/// The payload as JSON, or as text where a function replied with something else.
fn parsed(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(payload).into_owned()))
}
