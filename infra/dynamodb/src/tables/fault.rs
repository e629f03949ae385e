//! Failures on demand: a call that the service refuses for a reason which the caller could not foresee.
//!
//! A check cannot take a permission away from a role while its function runs, and should not need a second deployment for it.
//! [`Tables::refuse`] refuses as IAM does, or as a table that is not there, at once or after some calls. So a check can see what a
//! caller makes of a refusal: a failure of its own, or "not found"; a failure, or half a list.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Response;
use serde_json::json;

use super::{Tables, refused};

/// The operations that are refused for now, and the text of the refusal. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Denied(Arc<Mutex<Vec<Denial>>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Denial {
    /// Tells it from others of the same words.
    id: u64,
    operation: String,
    exception: String,
    message: String,
    /// How many calls are let through before the first that is refused.
    spared: usize,
}

/// An operation that is denied to everybody, until this is dropped.
#[derive(Debug)]
#[must_use = "the denial ends when this is dropped"]
pub struct DeniedOperation {
    denied: Denied,
    id: u64,
}

impl Tables {
    /// Refuses the calls of `operation` after the next `spared` with this exception, named as the service names it, and this message.
    pub fn refuse(&self, operation: &str, exception: &str, message: &str, spared: usize) -> DeniedOperation {
        self.0.denied.begin(operation, exception, message, spared)
    }
}

impl Drop for DeniedOperation {
    fn drop(&mut self) {
        let mut all = self.denied.all();
        all.retain(|one| one.id != self.id);
    }
}

impl Denied {
    /// The refusal of a call of `operation`, if it is denied.
    pub(super) fn refuse(&self, operation: &str) -> Option<Response<Bytes>> {
        let mut all = self.all();
        let denial = all.iter_mut().find(|denial| denial.operation == operation)?;
        if let Some(spared) = denial.spared.checked_sub(1) {
            denial.spared = spared;
            return None;
        }
        Some(refused(&json!({ "__type": denial.exception, "Message": denial.message })))
    }

    fn begin(&self, operation: &str, exception: &str, message: &str, spared: usize) -> DeniedOperation {
        let mut all = self.all();
        let id = all.iter().map(|denial| denial.id + 1).max().unwrap_or_default();
        let [operation, exception, message] = [operation, exception, message].map(str::to_string);
        all.push(Denial { id, operation, exception, message, spared });
        DeniedOperation { denied: self.clone(), id }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Denial>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_refused_until_the_denial_ends() {
        let denied = Denied::default();
        let guard = denied.begin("GetItem", "a.b#AccessDeniedException", "User: a is not authorized", 0);
        let refusal = denied.refuse("GetItem").unwrap();
        assert_eq!(refusal.status(), 400);
        assert!(String::from_utf8_lossy(refusal.body()).contains("#AccessDeniedException"));
        assert!(denied.refuse("Query").is_none());
        drop(guard);
        assert!(denied.refuse("GetItem").is_none());
    }

    #[test]
    fn what_is_spared_is_let_through_once() {
        let denied = Denied::default();
        let _guard = denied.begin("Query", "a.b#AccessDeniedException", "no", 1);
        assert!(denied.refuse("Query").is_none());
        assert!(denied.refuse("Query").is_some() && denied.refuse("Query").is_some());
    }
}
