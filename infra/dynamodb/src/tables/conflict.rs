//! Other callers' transactions, as far as a call meets them: while a transaction is under way, nobody else can write its items.
//!
//! The engine makes one call after another, so two never meet in it. On AWS they do as soon as a table has traffic, and the
//! loser is refused. [`Tables::occupy`] plays the other transaction, so a check can see what a caller does about the refusal.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling>
//!
//! Limit admitted: `BatchWriteItem` and PartiQL statements never meet the other transaction. On AWS they do.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::{Tables, refused};
use stack::table_arn;

/// What the service says of an item that another transaction is about.
const ONGOING: &str = "Transaction is ongoing for the item";

/// The items that transactions of others are about. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Ongoing(Arc<Mutex<Vec<Item>>>);

#[derive(Debug, PartialEq)]
struct Item {
    table: String,
    /// The primary key, with its types.
    key: Map<String, Value>,
    /// Whether one refused call sees the end of it.
    is_short: bool,
}

/// A transaction of somebody else on one item, or one after the other. It is over when this is dropped; a short one is so already
/// when it has refused a call.
#[derive(Debug)]
#[must_use = "the transaction ends when this is dropped"]
pub struct OngoingTransaction {
    ongoing: Ongoing,
    item: Item,
}

impl Tables {
    /// Lets somebody else's transaction be at work on the item of `table` that has this primary key, attribute values with their
    /// types. The next call that would write the item is refused.
    pub fn occupy(&self, table: &str, key: &Map<String, Value>) -> OngoingTransaction {
        self.occupy_for(table, key, true)
    }

    /// As [`Tables::occupy`], for one transaction after the other: every call that would write the item is refused.
    pub fn keep_occupied(&self, table: &str, key: &Map<String, Value>) -> OngoingTransaction {
        self.occupy_for(table, key, false)
    }

    fn occupy_for(&self, table: &str, key: &Map<String, Value>, is_short: bool) -> OngoingTransaction {
        let item = || Item { table: table.to_string(), key: key.clone(), is_short };
        self.0.ongoing.items().push(item());
        OngoingTransaction { ongoing: self.0.ongoing.clone(), item: item() }
    }
}

impl Drop for OngoingTransaction {
    fn drop(&mut self) {
        self.ongoing.items().retain(|item| *item != self.item);
    }
}

impl Ongoing {
    /// The refusal of a call that would write an item which another transaction is about.
    pub(super) fn refuse(&self, operation: &str, request: &Value) -> Option<Response<Bytes>> {
        let mut items = self.items();
        if items.is_empty() {
            return None;
        }
        let refusal = match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => {
                let met = items.iter().position(|item| item.is_written_by(request))?;
                if items[met].is_short {
                    items.remove(met);
                }
                json!({ "__type": named("TransactionConflictException"), "message": ONGOING })
            }
            "TransactWriteItems" => {
                let parts = request["TransactItems"].as_array()?.iter();
                let writes: Vec<Option<&Value>> = parts.map(|part| part.as_object()?.values().next()).collect();
                let meets = |write: &Option<&Value>, item: &Item| write.is_some_and(|write| item.is_written_by(write));
                let met: Vec<bool> = writes.iter().map(|write| items.iter().any(|item| meets(write, item))).collect();
                if !met.contains(&true) {
                    return None;
                }
                items.retain(|item| !item.is_short || !writes.iter().any(|write| meets(write, item)));
                let reason = |met: &bool| met.then_some(("TransactionConflict", ONGOING));
                cancellation(&met.iter().map(reason).collect::<Vec<_>>())
            }
            _ => return None,
        };
        Some(refused(&refusal))
    }

    fn items(&self) -> std::sync::MutexGuard<'_, Vec<Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item {
    /// Whether a write, as it stands in a request, is about this item.
    fn is_written_by(&self, write: &Value) -> bool {
        let table = write["TableName"].as_str().unwrap_or_default();
        let written = write.get("Key").or_else(|| write.get("Item"));
        let same = |(name, value): (&String, &Value)| written.is_some_and(|written| written.get(name) == Some(value));
        (table == self.table || table == table_arn(&self.table)) && self.key.iter().all(same)
    }
}

/// The cancellation of a transaction whose writes stand in this order: each with the code and the message of its reason, or none.
pub(super) fn cancellation(reasons: &[Option<(&str, &str)>]) -> Value {
    let code = |reason: &Option<(&str, &str)>| reason.map_or("None", |(code, _)| code).to_string();
    let answered = |reason: &Option<(&str, &str)>| match reason {
        Some((code, message)) => json!({ "Code": code, "Message": message }),
        None => json!({ "Code": "None" }),
    };
    let codes = reasons.iter().map(code).collect::<Vec<_>>().join(", ");
    json!({
        "__type": named("TransactionCanceledException"),
        "Message": format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"),
        "CancellationReasons": reasons.iter().map(answered).collect::<Vec<_>>(),
    })
}

fn named(exception: &str) -> String {
    format!("com.amazonaws.dynamodb.v20120810#{exception}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count() -> Item {
        let Value::Object(key) = json!({ "pk": { "S": "FEED" }, "sk": { "S": "TOTAL" } }) else { unreachable!() };
        Item { table: "board".to_string(), key, is_short: true }
    }

    fn ongoing() -> Ongoing {
        let ongoing = Ongoing::default();
        ongoing.items().push(count());
        ongoing
    }

    fn refusal(ongoing: &Ongoing, operation: &str, request: &Value) -> Option<Value> {
        let refused = ongoing.refuse(operation, request)?;
        assert_eq!(refused.status(), 400);
        Some(serde_json::from_slice(refused.body()).unwrap())
    }

    fn event_and_count() -> Value {
        let event =
            json!({ "Put": { "TableName": "board", "Item": { "pk": { "S": "FEED" }, "sk": { "S": "EVENT#1" } } } });
        let count = json!({ "Update": { "TableName": table_arn("board"), "Key": count().key } });
        json!({ "TransactItems": [event, count] })
    }

    #[test]
    fn a_transaction_is_cancelled_with_a_reason_for_each_write_and_once() {
        let ongoing = ongoing();
        let refused = refusal(&ongoing, "TransactWriteItems", &event_and_count()).unwrap();
        assert_eq!(refused["__type"], "com.amazonaws.dynamodb.v20120810#TransactionCanceledException");
        let message =
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]";
        assert_eq!(refused["Message"], message);
        let reasons = json!([{ "Code": "None" }, { "Code": "TransactionConflict", "Message": ONGOING }]);
        assert_eq!(refused["CancellationReasons"], reasons);
        assert_eq!(refusal(&ongoing, "TransactWriteItems", &event_and_count()), None);
    }

    #[test]
    fn one_after_the_other_refuse_every_call() {
        let ongoing = Ongoing::default();
        ongoing.items().push(Item { is_short: false, ..count() });
        let update = json!({ "TableName": "board", "Key": count().key });
        for (operation, request) in [("TransactWriteItems", event_and_count()), ("UpdateItem", update)] {
            for _ in 0..2 {
                assert!(refusal(&ongoing, operation, &request).is_some(), "{operation}");
            }
        }
    }

    #[test]
    fn a_single_write_is_refused_by_its_own_exception() {
        let update = json!({ "TableName": "board", "Key": count().key });
        let refused = refusal(&ongoing(), "UpdateItem", &update).unwrap();
        assert_eq!(refused["__type"], "com.amazonaws.dynamodb.v20120810#TransactionConflictException");
        assert_eq!(refused["message"], ONGOING);
    }

    #[test]
    fn other_items_other_tables_and_readers_pass() {
        let ongoing = ongoing();
        let other = json!({ "TableName": "board", "Item": { "pk": { "S": "FEED" }, "sk": { "S": "EVENT#1" } } });
        let elsewhere = json!({ "TableName": "others", "Key": count().key });
        let read = json!({ "TableName": "board", "Key": count().key });
        for (operation, request) in [("PutItem", other), ("DeleteItem", elsewhere), ("GetItem", read)] {
            assert_eq!(refusal(&ongoing, operation, &request), None, "{operation}");
        }
        assert_eq!(*ongoing.items(), [count()]);
    }

    #[test]
    fn it_ends_with_the_call_that_began_it() {
        let ongoing = ongoing();
        drop(OngoingTransaction { ongoing: ongoing.clone(), item: count() });
        assert_eq!(refusal(&ongoing, "TransactWriteItems", &event_and_count()), None);
    }
}
