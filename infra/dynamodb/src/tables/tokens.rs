//! How long a `ClientRequestToken` is remembered. The service forgets one ten minutes after its request, and so does the engine; a test
//! says when these have passed.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::Tables;

/// How often all tokens have been forgotten.
#[derive(Debug, Default)]
pub(super) struct Forgotten(AtomicU64);

impl Tables {
    /// Forgets every `ClientRequestToken`, as the service has after ten minutes: a request that comes again is a new one.
    pub fn forget_request_tokens(&self) {
        self.0.forgotten.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Forgotten {
    /// Puts another token in place of a request's own, once tokens have been forgotten: the engine has not met that one. Tells
    /// whether it has changed the request.
    pub(super) fn renew(&self, request: &mut Value) -> bool {
        let times = self.0.load(Ordering::Relaxed);
        // What is longer than a token may be is the engine's to refuse.
        let Some(token) =
            request["ClientRequestToken"].as_str().filter(|token| times > 0 && (1..=36).contains(&token.len()))
        else {
            return false;
        };
        let mut hasher = DefaultHasher::new();
        (token, times).hash(&mut hasher);
        request["ClientRequestToken"] = json!(format!("{:016x}", hasher.finish()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_same_until_it_is_forgotten() {
        let forgotten = Forgotten::default();
        let renewed = || {
            let mut request = json!({ "ClientRequestToken": "a token of somebody" });
            forgotten.renew(&mut request);
            request
        };
        let first = renewed();
        assert_eq!(first, json!({ "ClientRequestToken": "a token of somebody" }));
        forgotten.0.fetch_add(1, Ordering::Relaxed);
        let later = renewed();
        assert_ne!(first, later);
        assert_eq!(later, renewed());
        assert!(!forgotten.renew(&mut json!({ "TableName": "board" })));
    }
}
