//! Failures on demand: a call that the service refuses for a reason which the caller could not foresee.
//!
//! A check cannot take a permission away from a role while its function runs, and should not need a second deployment for it.
//! [`Tables::refuse`] refuses as IAM does, or as a table that is not there, at once or after some calls; [`Tables::cancel`] cancels
//! transactions for a reason of the service's own; [`Tables::fail`] fails as a service does now and then; [`Tables::cut_off`],
//! [`Tables::hang_up`] and [`Tables::hold`] as a network. So a check can see what a caller makes of a refusal: a failure of its own, or "not found"; a failure, or half a list.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use local::listener::NoAnswer;
use serde_json::{Value, json};

use super::conflict::cancellation;
use super::{Tables, refused};

/// The operations that are refused for now, and the text of the refusal. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Denied(Arc<Mutex<Vec<Denial>>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Denial {
    /// Tells it from others of the same words.
    id: u64,
    operation: String,
    refusal: InjectedRefusal,
    /// How many calls are let through before the first that is refused.
    spared: usize,
    /// How many are refused after that; all of them, without a number.
    left: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum InjectedRefusal {
    Exception {
        name: String,
        message: String,
    },
    /// A failure inside the service.
    InternalServerError,
    /// The connection ends in the middle of the answer.
    CutOff,
    /// There is no answer.
    Unanswered(NoAnswer),
    /// A transaction is cancelled, with this reason for one of its writes.
    Cancellation {
        code: String,
        write: usize,
    },
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
        let [name, message] = [exception, message].map(str::to_string);
        self.0.denied.begin(operation, InjectedRefusal::Exception { name, message }, spared, None)
    }

    /// Lets the calls of `operation` fail inside the service, with 500 and nothing done.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>
    pub fn fail(&self, operation: &str) -> DeniedOperation {
        self.0.denied.begin(operation, InjectedRefusal::InternalServerError, 0, None)
    }

    /// Ends the connection in the middle of the answer to each call of `operation`, with nothing done.
    pub fn cut_off(&self, operation: &str) -> DeniedOperation {
        self.0.denied.begin(operation, InjectedRefusal::CutOff, 0, None)
    }

    /// Ends the connection of each call of `operation` without a word, with nothing done.
    pub fn hang_up(&self, operation: &str) -> DeniedOperation {
        self.0.denied.begin(operation, InjectedRefusal::Unanswered(NoAnswer::HungUp), 0, None)
    }

    /// Answers no call of `operation`, with nothing done, until its caller hangs up.
    pub fn hold(&self, operation: &str) -> DeniedOperation {
        self.0.denied.begin(operation, InjectedRefusal::Unanswered(NoAnswer::Held), 0, None)
    }

    /// Cancels the next `count` transactions of writes with this reason for one of the writes, by its place from 0: `ThrottlingError`.
    pub fn cancel(&self, code: &str, write: usize, count: usize) -> DeniedOperation {
        let cancellation = InjectedRefusal::Cancellation { code: code.to_string(), write };
        self.0.denied.begin("TransactWriteItems", cancellation, 0, Some(count))
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
    pub(super) fn refuse(&self, operation: &str, request: &Value) -> Option<Response<Bytes>> {
        let mut all = self.all();
        let denial = all.iter_mut().find(|denial| denial.operation == operation)?;
        if let Some(spared) = denial.spared.checked_sub(1) {
            denial.spared = spared;
            return None;
        }
        if let Some(left) = &mut denial.left {
            *left = left.checked_sub(1)?;
        }
        Some(denial.refusal.response(request))
    }

    fn begin(&self, operation: &str, refusal: InjectedRefusal, spared: usize, left: Option<usize>) -> DeniedOperation {
        let mut all = self.all();
        let id = all.iter().map(|denial| denial.id + 1).max().unwrap_or_default();
        all.push(Denial { id, operation: operation.to_string(), refusal, spared, left });
        DeniedOperation { denied: self.clone(), id }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Denial>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InjectedRefusal {
    fn response(&self, request: &Value) -> Response<Bytes> {
        let mut response = refused(&self.of(request));
        if !matches!(self, InjectedRefusal::Exception { .. } | InjectedRefusal::Cancellation { .. }) {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        if *self == InjectedRefusal::CutOff {
            // Whoever promises more than comes has to end the connection.
            let promised = HeaderValue::from(response.body().len() + 1);
            response.headers_mut().insert(header::CONTENT_LENGTH, promised);
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let InjectedRefusal::Unanswered(how) = self {
            response.extensions_mut().insert(*how);
        }
        response
    }

    fn of(&self, request: &Value) -> Value {
        match self {
            InjectedRefusal::Exception { name, message } => json!({ "__type": name, "Message": message }),
            // What is not sent is what the activity and the trail remember.
            InjectedRefusal::InternalServerError | InjectedRefusal::CutOff | InjectedRefusal::Unanswered(_) => json!({
                "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Internal server error",
            }),
            InjectedRefusal::Cancellation { code, write } => {
                let writes = request["TransactItems"].as_array().map_or(1, Vec::len).max(1);
                let reason = |at| (at == write % writes).then_some((code.as_str(), REASON));
                cancellation(&(0..writes).map(reason).collect::<Vec<_>>())
            }
        }
    }
}

/// The text of a reason that the service has not given: its own ones say more.
const REASON: &str = "The write was not made";

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(name: &str, message: &str) -> InjectedRefusal {
        InjectedRefusal::Exception { name: name.to_string(), message: message.to_string() }
    }

    #[test]
    fn a_cancellation_has_a_reason_for_each_write() {
        let denied = Denied::default();
        let of = |write| InjectedRefusal::Cancellation { code: "ThrottlingError".to_string(), write };
        let request = json!({ "TransactItems": [{ "Put": {} }, { "Update": {} }] });
        for (write, codes) in [(0, ["ThrottlingError", "None"]), (1, ["None", "ThrottlingError"])] {
            let _guard = denied.begin("TransactWriteItems", of(write), 0, None);
            let refusal = denied.refuse("TransactWriteItems", &request).unwrap();
            let refusal: Value = serde_json::from_slice(refusal.body()).unwrap();
            let reasons = refusal["CancellationReasons"].as_array().unwrap();
            assert_eq!(reasons.iter().map(|reason| reason["Code"].as_str().unwrap()).collect::<Vec<_>>(), codes);
            assert!(refusal["__type"].as_str().unwrap().ends_with("#TransactionCanceledException"), "{refusal}");
        }
        assert!(denied.refuse("TransactWriteItems", &request).is_none());
    }

    #[test]
    fn a_failure_of_the_service_is_a_500_and_what_is_cut_off_promises_more_than_comes() {
        let denied = Denied::default();
        let of = |refusal| {
            let _guard = denied.begin("PutItem", refusal, 0, None);
            denied.refuse("PutItem", &Value::Null).unwrap()
        };
        let promised = |response: &Response<Bytes>| {
            let length = response.headers().get(header::CONTENT_LENGTH)?;
            length.to_str().ok()?.parse::<usize>().ok()
        };
        let failed = of(InjectedRefusal::InternalServerError);
        assert!(String::from_utf8_lossy(failed.body()).contains("#InternalServerError"));
        assert_eq!((failed.status(), promised(&failed)), (StatusCode::INTERNAL_SERVER_ERROR, None));
        let cut = of(InjectedRefusal::CutOff);
        assert!(promised(&cut).unwrap() > cut.body().len() && cut.headers()[header::CONNECTION] == "close");
    }

    #[test]
    fn what_is_denied_is_refused_until_the_denial_ends() {
        let denied = Denied::default();
        let guard =
            denied.begin("GetItem", exception("a.b#AccessDeniedException", "User: a is not authorized"), 0, None);
        let refusal = denied.refuse("GetItem", &Value::Null).unwrap();
        assert_eq!(refusal.status(), 400);
        assert!(String::from_utf8_lossy(refusal.body()).contains("#AccessDeniedException"));
        assert!(denied.refuse("Query", &Value::Null).is_none());
        drop(guard);
        assert!(denied.refuse("GetItem", &Value::Null).is_none());
    }

    #[test]
    fn what_is_spared_is_let_through_once() {
        let denied = Denied::default();
        let _guard = denied.begin("Query", exception("a.b#AccessDeniedException", "no"), 1, None);
        assert!(denied.refuse("Query", &Value::Null).is_none());
        assert!(denied.refuse("Query", &Value::Null).is_some() && denied.refuse("Query", &Value::Null).is_some());
    }

    #[test]
    fn what_is_counted_is_refused_so_often() {
        let denied = Denied::default();
        let _guard = denied.begin("Query", exception("a.b#AccessDeniedException", "no"), 1, Some(2));
        let refused = [(); 5].map(|()| denied.refuse("Query", &Value::Null).is_some());
        assert_eq!(refused, [false, true, true, false, false]);
    }
}
