//! Answers of a few items: as if the items were so large that no more of them fit into the 1 MB of one answer.
//!
//! A list that takes many answers is many megabytes on AWS. [`Tables::answer_shortly`] makes one of small items, so a check can see
//! whether a caller asks on until there is no more.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::Tables;

/// How many items an answer has at most, where that is less than fit. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Shortened(Arc<Mutex<Option<u64>>>);

/// Short answers to everybody, until this is dropped.
#[derive(Debug)]
#[must_use = "the answers are short until this is dropped"]
pub struct ShortAnswers(Shortened);

impl Tables {
    /// Lets every Query and Scan stop after so many items.
    pub fn answer_shortly(&self, items: u64) -> ShortAnswers {
        self.0.shortened.set(Some(items));
        ShortAnswers(self.0.shortened.clone())
    }
}

impl Drop for ShortAnswers {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

impl Shortened {
    /// Makes the answer to `request` a short one; false where it is not about many items, or answers are as they are.
    pub(super) fn shorten(&self, operation: &str, request: &mut Value) -> bool {
        let Some(most) = *self.lock() else { return false };
        let is_a_list = operation == "Query" || operation == "Scan";
        let is_longer = request["Limit"].as_u64().is_none_or(|limit| limit > most);
        if is_a_list && is_longer {
            request["Limit"] = json!(most);
        }
        is_a_list && is_longer
    }

    fn set(&self, most: Option<u64>) {
        *self.lock() = most;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_short_until_the_guard_is_dropped() {
        let shortened = Shortened::default();
        let limit = |operation: &str, mut request: Value| {
            let changed = shortened.shorten(operation, &mut request);
            (changed, request["Limit"].clone())
        };
        assert_eq!(limit("Query", json!({})), (false, Value::Null));
        shortened.set(Some(3));
        let guard = ShortAnswers(shortened.clone());
        assert_eq!(limit("Query", json!({})), (true, json!(3)));
        assert_eq!(limit("Scan", json!({ "Limit": 4 })), (true, json!(3)));
        assert_eq!(limit("Query", json!({ "Limit": 2 })), (false, json!(2)));
        assert_eq!(limit("GetItem", json!({})), (false, Value::Null));
        drop(guard);
        assert_eq!(limit("Query", json!({})), (false, Value::Null));
    }
}
