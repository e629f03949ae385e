//! CloudTrail, as far as a check needs it: which calls of AWS were made, by whom, and how they ended.
//!
//! With it, a lab asserts that a list was read with `Query` and nothing was scanned. The newest [`KEPT`] events are kept, fewer
//! where they are large.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use crate::bounded::{Bounded, json_bytes};

/// How many events are kept.
pub const KEPT: usize = 10_000;
/// How many bytes their parameters and names may have in all.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// The calls that one local cloud has answered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct CloudTrail(Arc<RecordedEvents>);

#[derive(Debug)]
struct RecordedEvents {
    events: Mutex<Bounded<CloudTrailEvent>>,
    /// How many events there have been.
    count: watch::Sender<u64>,
}

impl Default for RecordedEvents {
    fn default() -> RecordedEvents {
        RecordedEvents { events: Mutex::new(Bounded::new(KEPT, KEPT_BYTES)), count: watch::Sender::default() }
    }
}

/// One call of AWS, as CloudTrail records it.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudTrailEvent {
    /// The service: `dynamodb`, `s3`, `lambda`.
    pub event_source: &'static str,
    /// The operation: `Query`; for S3, method and path.
    pub event_name: String,
    /// The function that called; `None` is the learner.
    pub function: Option<String>,
    /// The request's body where it is JSON.
    pub request_parameters: Value,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The caller's end of the connection: calls over one connection have the same.
    pub connection: Option<SocketAddr>,
}

impl CloudTrail {
    /// Adds an event.
    pub fn put(&self, event: CloudTrailEvent) {
        let bytes = event.event_name.len() + json_bytes(&event.request_parameters);
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner).push(event, bytes);
        self.0.count.send_modify(|count| *count += 1);
    }

    /// All events that are kept, oldest first.
    pub fn events(&self) -> Vec<CloudTrailEvent> {
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The number of events so far, and a way to wait for the next one.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.count.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_calls_push_older_ones_out() {
        let trail = CloudTrail::default();
        let event = |n: u16| CloudTrailEvent {
            event_source: "s3",
            event_name: "PutObject".to_string(),
            function: None,
            request_parameters: Value::from("x".repeat(1024 * 1024)),
            status: n,
            connection: None,
        };
        (0..40).for_each(|n| trail.put(event(n)));
        let events = trail.events();
        assert_eq!(events.last().map(|event| event.status), Some(39));
        let bytes: usize = events.iter().map(|event| json_bytes(&event.request_parameters)).sum();
        assert!(bytes <= KEPT_BYTES && events.len() == 15, "{} events with {bytes} bytes", events.len());
    }
}
