//! Looking at a table: what is in it, and what functions asked of it.

use std::fmt;
use std::time::Duration;

use dynamodb::{DeniedOperation, DynamoDb, OngoingTransaction, ShortAnswers};
use serde_json::{Map, Value, json};
use stack::{ACCOUNT, Table};

use crate::lab::Lab;

/// The most writes that BatchWriteItem takes.
const BATCH: usize = 25;
/// Longer than any stream of a check takes; a check that waits this long has found a loop.
const DRAIN_LIMIT: Duration = Duration::from_secs(20);

/// A call that a function made to DynamoDB.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamoDbRequest {
    /// `Query`, `PutItem`, …
    pub operation: String,
    /// The request's body.
    pub request: Value,
    /// The HTTP status of the answer.
    pub status: u16,
}

impl fmt::Display for DynamoDbRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.operation)
    }
}

impl Lab {
    /// Every item of a table as plain JSON, by the table's logical id in the template.
    pub fn items(&self, logical_id: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut request = json!({ "TableName": self.table_name(logical_id) });
        loop {
            let page = self.call("Scan", &request);
            items.extend(page["Items"].as_array().into_iter().flatten().map(plain_item));
            match page.get("LastEvaluatedKey") {
                Some(key) => request["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
    }

    /// Puts an item, given as plain JSON, into a table, by the table's logical id: before a question is asked, so that a
    /// question about reading does not depend on whether writing works. What was there under the same key is replaced, as
    /// PutItem does.
    ///
    /// Ends the test when the table refuses it: then the template's key is not the one that the check is about.
    pub fn stores(&self, logical_id: &str, item: &Value) {
        self.call("PutItem", &json!({ "TableName": self.table_name(logical_id), "Item": typed_item(item) }));
    }

    /// Takes an item out of a table again, by the key that it has.
    pub fn removes(&self, logical_id: &str, item: &Value) {
        let key = typed_item(&self.key_of(logical_id, item));
        self.call("DeleteItem", &json!({ "TableName": self.table_name(logical_id), "Key": key }));
    }

    /// As [`Lab::stores`], for several of different keys, in a few calls.
    pub fn holds(&self, logical_id: &str, items: &[Value]) {
        let table = self.table_name(logical_id);
        for batch in items.chunks(BATCH) {
            let puts = batch.iter().map(|item| json!({ "PutRequest": { "Item": typed_item(item) } }));
            self.call("BatchWriteItem", &json!({ "RequestItems": { &table: puts.collect::<Vec<_>>() } }));
        }
    }

    /// The calls that functions made to DynamoDB so far, oldest first.
    pub fn table_calls(&self) -> Vec<DynamoDbRequest> {
        let calls = self.local().trail().events().into_iter();
        let calls = calls.filter(|call| call.event_source == "dynamodb" && call.function.is_some());
        calls
            .map(|call| DynamoDbRequest {
                operation: call.event_name,
                request: call.request_parameters,
                status: call.status,
            })
            .collect()
    }

    /// As [`Lab::table_calls`], without the first `seen`.
    pub fn table_calls_since(&self, seen: usize) -> Vec<DynamoDbRequest> {
        let mut calls = self.table_calls();
        calls.split_off(seen.min(calls.len()))
    }

    /// Denies an operation to every function until what is returned is dropped, as IAM does where a statement is missing: so a check
    /// sees whether a function takes a refusal for an answer.
    #[must_use = "the denial ends when this is dropped"]
    pub fn denies(&self, operation: &str) -> DeniedOperation {
        self.denies_after(operation, 0)
    }

    /// As [`Lab::denies`], after the next `spared` calls: so a check sees what a function makes of the half that it has.
    #[must_use = "the denial ends when this is dropped"]
    pub fn denies_after(&self, operation: &str, spared: usize) -> DeniedOperation {
        let who = self.local().stack().functions.first().map_or("role", |function| function.role.name.as_str());
        let message = format!(
            "User: arn:aws:sts::{ACCOUNT}:assumed-role/{who}/function is not authorized to perform: dynamodb:{operation} \
             because no identity-based policy allows the dynamodb:{operation} action"
        );
        let exception = "com.amazon.coral.service#AccessDeniedException";
        DynamoDb::of(self.local()).tables().refuse(operation, exception, &message, spared)
    }

    /// Throttles an operation for every function until what is returned is dropped. The code is the one that a cancelled transaction has
    /// for it: the SDK does not try that again, so no check waits for its backoff.
    #[must_use = "the throttle ends when this is dropped"]
    pub fn throttles(&self, operation: &str) -> DeniedOperation {
        let exception = "com.amazonaws.dynamodb.v20120810#ThrottlingError";
        let message = "Throughput exceeds the current capacity of your table or index.";
        DynamoDb::of(self.local()).tables().refuse(operation, exception, message, 0)
    }

    /// Cancels the transactions of a function with this reason for one of its writes, by its place from 0, until what is returned is
    /// dropped: `ThrottlingError`. A function that never gives up is let through after a hundred, so that no check waits for its end.
    #[must_use = "transactions are cancelled no longer when this is dropped"]
    pub fn cancels(&self, code: &str, write: usize) -> DeniedOperation {
        DynamoDb::of(self.local()).tables().cancel(code, write, 100)
    }

    /// Lets every call of a function about items find no table, until what is returned is dropped: its name was mistyped, or it was
    /// deleted.
    #[must_use = "the table is back when this is dropped"]
    pub fn misses_its_table(&self) -> Vec<DeniedOperation> {
        let tables = DynamoDb::of(self.local()).tables();
        let exception = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
        let of = |operation: &&str| tables.refuse(operation, exception, "Requested resource not found", 0);
        ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "TransactWriteItems"]
            .iter()
            .map(of)
            .collect()
    }

    /// Refuses an operation to every function with this exception of the API, of those that the service answers with 400, until what is
    /// returned is dropped. The SDK tries many of them again, with pauses, unless [`Deployment::without_retries`](crate::Deployment::without_retries).
    #[must_use = "the refusals end when this is dropped"]
    pub fn refuses(&self, operation: &str, exception: &str) -> DeniedOperation {
        let name = format!("com.amazonaws.dynamodb.v20120810#{exception}");
        DynamoDb::of(self.local()).tables().refuse(operation, &name, "The call was refused", 0)
    }

    /// Lets an operation fail inside the service, with 500, until what is returned is dropped. As for [`Lab::refuses`], the SDK tries again.
    #[must_use = "the failures end when this is dropped"]
    pub fn breaks(&self, operation: &str) -> DeniedOperation {
        DynamoDb::of(self.local()).tables().fail(operation)
    }

    /// Ends the connection in the middle of each answer to an operation, until what is returned is dropped. As for [`Lab::refuses`], the
    /// SDK tries again.
    #[must_use = "connections hold again when this is dropped"]
    pub fn cuts(&self, operation: &str) -> DeniedOperation {
        DynamoDb::of(self.local()).tables().cut_off(operation)
    }

    /// Ends the connection of each call of an operation without a word of an answer, until what is returned is dropped. As for
    /// [`Lab::refuses`], the SDK tries again.
    #[must_use = "calls are answered again when this is dropped"]
    pub fn hangs_up(&self, operation: &str) -> DeniedOperation {
        DynamoDb::of(self.local()).tables().hang_up(operation)
    }

    /// Leaves each call of an operation without an answer, until what is returned is dropped: the SDK waits as long as its configuration says.
    #[must_use = "calls are answered again when this is dropped"]
    pub fn holds_calls(&self, operation: &str) -> DeniedOperation {
        DynamoDb::of(self.local()).tables().hold(operation)
    }

    /// Lets every Query and Scan stop after so many items, as if they were so large that no more of them fit into one answer, until
    /// what is returned is dropped: so a check sees whether a list that takes many answers is whole.
    pub fn answers_shortly(&self, items: u64) -> ShortAnswers {
        DynamoDb::of(self.local()).tables().answer_shortly(items)
    }

    /// What one Query or Scan of a function costs, in read capacity units: the call is made once more, and the price asked for.
    pub fn capacity_units(&self, call: &DynamoDbRequest) -> f64 {
        let mut request = call.request.clone();
        request["ReturnConsumedCapacity"] = json!("TOTAL");
        self.call(&call.operation, &request)["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap_or_default()
    }

    /// How many items one Query or Scan of a function reads, shown or not: the call is made once more, and they are counted.
    pub fn items_read(&self, call: &DynamoDbRequest) -> u64 {
        self.call(&call.operation, &call.request)["ScannedCount"].as_u64().unwrap_or_default()
    }

    /// Waits until every stream has been read to its end.
    pub fn drain(&self) {
        let drained = self.cloud().wait(DynamoDb::of(self.local()).drain(DRAIN_LIMIT));
        if let Err(why) = drained {
            self.stop(&format!("the streams never reached their end: {why}"));
        }
    }

    /// Lets somebody else's transaction be at work on an item of a table, by its key in plain JSON, until it has refused a call or
    /// what is returned is dropped.
    pub fn occupies(&self, logical_id: &str, key: &Value) -> OngoingTransaction {
        self.occupied(logical_id, key)
    }

    /// As [`Lab::occupies`], one transaction after the other, until what is returned is dropped.
    pub fn keeps_occupied(&self, logical_id: &str, key: &Value) -> OngoingTransaction {
        let key = typed_item(key).as_object().cloned().unwrap_or_default();
        DynamoDb::of(self.local()).tables().keep_occupied(&self.table_name(logical_id), &key)
    }

    pub(crate) fn occupied(&self, logical_id: &str, key: &Value) -> OngoingTransaction {
        let key = typed_item(key).as_object().cloned().unwrap_or_default();
        DynamoDb::of(self.local()).tables().occupy(&self.table_name(logical_id), &key)
    }

    pub(crate) fn call(&self, operation: &str, request: &Value) -> Value {
        match self.cloud().wait(DynamoDb::of(self.local()).tables().call(operation, request)) {
            Ok(answer) => answer,
            Err(why) => self.stop(&format!("the check's own {operation} was refused: {why}")),
        }
    }

    /// The primary key of an item, both in plain JSON.
    pub(crate) fn key_of(&self, logical_id: &str, item: &Value) -> Value {
        let schema = self.declared_table(logical_id).create["KeySchema"].as_array().into_iter().flatten();
        let names = schema.filter_map(|element| element["AttributeName"].as_str());
        names.map(|name| (name.to_string(), item[name].clone())).collect()
    }

    pub(crate) fn table_name(&self, logical_id: &str) -> String {
        self.declared_table(logical_id).name.clone()
    }

    fn declared_table(&self, logical_id: &str) -> &Table {
        let tables = &self.local().stack().tables;
        match tables.iter().find(|table| table.logical_id == logical_id) {
            Some(table) => table,
            None => self.stop(&format!("template.yaml has no table {logical_id}")),
        }
    }
}

fn plain_item(item: &Value) -> Value {
    let fields: Map<String, Value> =
        item.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect();
    Value::Object(fields)
}

/// `{"S": "x"}` → `"x"`.
fn plain(attribute: &Value) -> Value {
    let Some((kind, value)) = attribute.as_object().and_then(|typed| typed.iter().next()) else {
        return Value::Null;
    };
    match (kind.as_str(), value) {
        ("N", Value::String(number)) => serde_json::from_str(number).unwrap_or_else(|_| value.clone()),
        ("NULL", _) => Value::Null,
        ("M", map) => plain_item(map),
        ("L", Value::Array(list)) => list.iter().map(plain).collect(),
        _ => value.clone(),
    }
}

/// The other way round: an item in plain JSON as DynamoDB's protocol has it. Texts become `S`, numbers `N`, objects `M`, lists
/// `L`, also those that were sets.
pub(crate) fn typed_item(item: &Value) -> Value {
    let fields = item.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.clone(), typed(value))).collect::<Map<String, Value>>().into()
}

fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(value) => json!({ "BOOL": value }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(values) => json!({ "L": values.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(_) => json!({ "M": typed_item(value) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_become_plain_json() {
        let item = json!({"pk": {"S": "a"}, "n": {"N": "3"}, "m": {"M": {"x": {"BOOL": true}}}, "l": {"L": [{"NULL": true}]}, "s": {"SS": ["b"]}});
        assert_eq!(plain_item(&item), json!({"pk": "a", "n": 3, "m": {"x": true}, "l": [null], "s": ["b"]}));
    }

    #[test]
    fn plain_json_becomes_attributes_and_back() {
        let plain = json!({"pk": "a", "n": 3, "m": {"x": true}, "l": [null, "b"]});
        let item = typed_item(&plain);
        assert_eq!(item["m"], json!({"M": {"x": {"BOOL": true}}}));
        assert_eq!(plain_item(&item), plain);
    }
}
