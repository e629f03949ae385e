//! CloudTrail, as far as a check needs it: which AWS calls were made, by whom, and how they ended.
//!
//! With it, a lab asserts that a list was read with `Query` and nothing was scanned. The newest [`KEPT`] calls are kept, fewer
//! where they are large.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use crate::bounded::{Bounded, json_bytes};

/// How many calls are kept.
pub const KEPT: usize = 10_000;
/// How many bytes their parameters and names may have in all.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// The calls that one local cloud has answered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Trail(Arc<RecordedCalls>);

#[derive(Debug)]
struct RecordedCalls {
    calls: Mutex<Bounded<ApiCall>>,
    /// How many calls there have been.
    count: watch::Sender<u64>,
}

impl Default for RecordedCalls {
    fn default() -> RecordedCalls {
        RecordedCalls { calls: Mutex::new(Bounded::new(KEPT, KEPT_BYTES)), count: watch::Sender::default() }
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiCall {
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

impl Trail {
    /// Adds a call.
    pub fn put(&self, call: ApiCall) {
        let bytes = call.event_name.len() + json_bytes(&call.request_parameters);
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call, bytes);
        self.0.count.send_modify(|count| *count += 1);
    }

    /// All calls that are kept, oldest first.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The number of calls so far, and a way to wait for the next one.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.count.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_calls_push_older_ones_out() {
        let trail = Trail::default();
        let call = |n: u16| ApiCall {
            event_source: "s3",
            event_name: "PutObject".to_string(),
            function: None,
            request_parameters: Value::from("x".repeat(1024 * 1024)),
            status: n,
            connection: None,
        };
        (0..40).for_each(|n| trail.put(call(n)));
        let calls = trail.calls();
        assert_eq!(calls.last().map(|call| call.status), Some(39));
        let bytes: usize = calls.iter().map(|call| json_bytes(&call.request_parameters)).sum();
        assert!(bytes <= KEPT_BYTES && calls.len() == 15, "{} calls with {bytes} bytes", calls.len());
    }
}
