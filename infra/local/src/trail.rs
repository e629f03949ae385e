//! CloudTrail, as far as a check needs it: which AWS calls were made, by whom, and how they ended.
//!
//! A lab asserts from here that a list was read with `Query` and nothing was scanned. The newest [`KEPT`] calls are kept.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

/// How many calls are kept.
pub const KEPT: usize = 10_000;

/// The calls that one local cloud has answered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Trail(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    calls: Mutex<VecDeque<ApiCall>>,
    /// How many calls there have been.
    count: watch::Sender<u64>,
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
        let mut calls = self.0.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
        drop(calls);
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
