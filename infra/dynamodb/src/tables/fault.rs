//! Failures on demand: a call that the service refuses for a reason which the caller could not foresee.
//!
//! A check cannot take a permission away from a role while its function runs, and should not need a second deployment for it.
//! [`Tables::deny`] refuses as IAM does, so a check can see what a caller makes of a refusal: a failure of its own, or "not found".

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
    operation: String,
    message: String,
}

/// An operation that is denied to everybody, until this is dropped.
#[derive(Debug)]
#[must_use = "the denial ends when this is dropped"]
pub struct DeniedOperation {
    denied: Denied,
    denial: Denial,
}

impl Tables {
    /// Refuses every call of `operation` with `AccessDeniedException` and this message.
    pub fn deny(&self, operation: &str, message: &str) -> DeniedOperation {
        let denial = Denial { operation: operation.to_string(), message: message.to_string() };
        self.0.denied.all().push(denial.clone());
        DeniedOperation { denied: self.0.denied.clone(), denial }
    }
}

impl Drop for DeniedOperation {
    fn drop(&mut self) {
        let mut all = self.denied.all();
        if let Some(place) = all.iter().position(|one| *one == self.denial) {
            all.remove(place);
        }
    }
}

impl Denied {
    /// The refusal of a call of `operation`, if it is denied.
    pub(super) fn refuse(&self, operation: &str) -> Option<Response<Bytes>> {
        let all = self.all();
        let denial = all.iter().find(|denial| denial.operation == operation)?;
        let exception = "com.amazon.coral.service#AccessDeniedException";
        Some(refused(&json!({ "__type": exception, "Message": denial.message })))
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
        let denial = Denial { operation: "GetItem".into(), message: "User: a is not authorized".into() };
        denied.all().push(denial.clone());
        let guard = DeniedOperation { denied: denied.clone(), denial };
        let refusal = denied.refuse("GetItem").unwrap();
        assert_eq!(refusal.status(), 400);
        assert!(String::from_utf8_lossy(refusal.body()).contains("#AccessDeniedException"));
        assert!(denied.refuse("Query").is_none());
        drop(guard);
        assert!(denied.refuse("GetItem").is_none());
    }
}
