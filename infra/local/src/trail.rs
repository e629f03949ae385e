//! CloudTrail, as far as a check needs it: which AWS calls were made, by whom, and how they ended.
//!
//! A lab asserts from here that a list was read with `Query` and nothing was scanned. The newest [`KEPT`] calls are kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// How many calls are kept.
pub const KEPT: usize = 10_000;

/// The calls that one local cloud has answered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Trail(Arc<Mutex<VecDeque<ApiCall>>>);

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
}

impl Trail {
    /// Adds a call.
    pub fn put(&self, call: ApiCall) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// All calls that are kept, oldest first.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
