//! Where a page of a table ends, of a query or a scan: with the item with which it reaches 1 MB as DynamoDB stores items.
//!
//! The engine ends a page before the item that would not fit, by the sizes that are billed. Stored, the name of an attribute is one
//! byte, and an item has a head, repeated every three KB. That is documented nowhere: the numbers are those that fit, to the byte, the
//! pages of items of some 40 and 80 KB that a public suite measured on the service. What is billed of a page stays what is documented.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>

use bytes::Bytes;
use dynoxide::types::{item_size, read_capacity_units_with_consistency};
use dynoxide::{AttributeValue, Item};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Tables, changed, expression, items};

/// What a page holds, in bytes.
const FULL: usize = 1024 * 1024;
/// Of so many bytes of an item, each but the first time, the head is stored again.
const HEAD_EVERY: usize = 3072;
/// The bytes of a head, besides those of the sort key.
const HEAD: usize = 18;
/// What a request has that says nothing about which items are read.
const ABOUT_ANSWERS: [&str; 8] = [
    "AttributesToGet",
    "ConditionalOperator",
    "FilterExpression",
    "ProjectionExpression",
    "QueryFilter",
    "ReturnConsumedCapacity",
    "ScanFilter",
    "Select",
];

/// The items of a page.
#[derive(Default)]
struct Measured {
    /// The bytes that are billed of each.
    billed: Vec<usize>,
    /// The bytes that all of them are stored in.
    stored: usize,
}

/// The names of a table's keys.
struct Keys {
    partition: String,
    sort: Option<String>,
}

/// Whether `request` reads a page of a table.
pub(super) fn is_of_table(operation: &str, request: &Value) -> bool {
    matches!(operation, "Query" | "Scan") && request["IndexName"].is_null()
}

/// Lets the engine say what it read; true where the caller did not ask for that.
pub(super) fn ask_capacity(request: &mut Value) -> bool {
    let is_missing = request["ReturnConsumedCapacity"].is_null();
    if is_missing {
        request["ReturnConsumedCapacity"] = json!("TOTAL");
    }
    is_missing
}

impl Tables {
    /// The engine's answer to `request` as far as the page goes; without its capacity, where that is `hidden`.
    pub(super) async fn to_the_end_of_the_page(
        &self,
        operation: &str,
        request: &Value,
        hidden: bool,
        body: Bytes,
        headers: &mut HeaderMap,
    ) -> Bytes {
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return body };
        let was_full = items::scanned_of_a_page(request, &mut answer);
        let mut is_other = was_full;
        if (was_full || may_be_full(request, &answer))
            && let Some(page) = self.page(operation, request, &answer).await
        {
            answer = page;
            is_other = true;
        }
        if hidden {
            answer.as_object_mut().map(|fields| fields.remove("ConsumedCapacity"));
        }
        if is_other || hidden { changed(&answer, headers) } else { body }
    }

    /// The page, where it is another one than the engine's.
    async fn page(&self, operation: &str, request: &Value, answer: &Value) -> Option<Value> {
        if reads_whole_items(request) {
            return self.whole_page(operation, request, answer).await;
        }
        let Measured { billed, stored } = self.measured(operation, request).await?;
        let has_more = stored >= FULL || limit(request) == Some(billed.len());
        let parts = parts(&billed);
        let ends_alike = answer["LastEvaluatedKey"].is_null() != has_more;
        if parts.len() < 2 && ends_alike && answer["ScannedCount"] == billed.len() {
            return None;
        }
        let mut asked = request.clone();
        let mut whole = Value::Null;
        for part in parts {
            asked["Limit"] = json!(part);
            let read = self.engine_answer(operation, &asked).await;
            let read: Value = serde_json::from_slice(read.body()).ok()?;
            asked["ExclusiveStartKey"] = read["LastEvaluatedKey"].clone();
            whole = if whole.is_null() { read } else { joined(whole, read) };
            // What was there when the page was measured may be gone.
            if asked["ExclusiveStartKey"].is_null() {
                break;
            }
        }
        if !has_more || whole["LastEvaluatedKey"].is_null() {
            whole.as_object_mut()?.remove("LastEvaluatedKey");
        }
        set_units(&mut whole, billed.iter().sum(), request);
        Some(whole)
    }

    /// The same for a request whose answer has all that is read: then nothing is read a second time.
    async fn whole_page(&self, operation: &str, request: &Value, answer: &Value) -> Option<Value> {
        let keys = self.keys(request)?;
        let most = limit(request).unwrap_or(usize::MAX);
        let mut whole = answer.clone();
        let mut items = Vec::new();
        let (mut billed, mut bytes, mut is_measured) = (0, 0, false);
        let (mut read, mut left) = (whole["Items"].take(), whole["LastEvaluatedKey"].take());
        while !is_measured {
            for value in list(read) {
                let item = Item::deserialize(&value).ok()?;
                billed += item_size(&item);
                bytes += stored(&item, keys.sort.as_deref());
                items.push(value);
                is_measured = bytes >= FULL || items.len() == most;
                if is_measured {
                    break;
                }
            }
            if is_measured || left.is_null() {
                break;
            }
            let mut asked = request.clone();
            asked["ExclusiveStartKey"] = left.take();
            if most < usize::MAX {
                asked["Limit"] = json!(most - items.len());
            }
            let mut page: Value = serde_json::from_slice(self.engine_answer(operation, &asked).await.body()).ok()?;
            (read, left) = (page["Items"].take(), page["LastEvaluatedKey"].take());
        }
        let fields = whole.as_object_mut()?;
        fields.remove("LastEvaluatedKey");
        if let Some(last) = items.last().filter(|_| is_measured) {
            let names = [Some(&keys.partition), keys.sort.as_ref()].into_iter().flatten();
            let key: Map<String, Value> = names.map(|name| (name.clone(), last[name].clone())).collect();
            fields.insert("LastEvaluatedKey".to_string(), key.into());
        }
        for name in ["Count", "ScannedCount"] {
            fields.insert(name.to_string(), json!(items.len()));
        }
        fields.insert("Items".to_string(), items.into());
        set_units(&mut whole, billed, request);
        (whole != *answer).then_some(whole)
    }

    /// The names of the keys of the table that `request` reads.
    fn keys(&self, request: &Value) -> Option<Keys> {
        let table = self.metadata(request["TableName"].as_str()?)?;
        let schema: Vec<Value> = serde_json::from_str(&table.key_schema).ok()?;
        let name = |kind: &str| {
            schema.iter().find(|key| key["KeyType"] == kind)?["AttributeName"].as_str().map(str::to_string)
        };
        Some(Keys { partition: name("HASH")?, sort: name("RANGE") })
    }

    /// Measures the page that begins where `request` begins.
    async fn measured(&self, operation: &str, request: &Value) -> Option<Measured> {
        let keys = self.keys(request)?;
        let most = limit(request).unwrap_or(usize::MAX);
        let mut asked = of_all_attributes(request);
        let mut measured = Measured::default();
        loop {
            let mut page: Value = serde_json::from_slice(self.engine_answer(operation, &asked).await.body()).ok()?;
            let items: Vec<Item> = serde_json::from_value(page["Items"].take()).ok()?;
            for item in &items {
                measured.billed.push(item_size(item));
                measured.stored += stored(item, keys.sort.as_deref());
                if measured.stored >= FULL || measured.billed.len() == most {
                    return Some(measured);
                }
            }
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
            if asked["ExclusiveStartKey"].is_null() {
                return Some(measured);
            }
        }
    }
}

/// Whether what was read could be a full page: what is stored is not more than this.
fn may_be_full(request: &Value, answer: &Value) -> bool {
    let units = answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap_or_default();
    let of_a_unit = if request["ConsistentRead"] == true { 4096.0 } else { 8192.0 };
    2.0 * units * of_a_unit + 64.0 * answer["ScannedCount"].as_f64().unwrap_or_default() >= FULL as f64
}

/// Whether the answer to `request` has every item that it reads, and all of each.
fn reads_whole_items(request: &Value) -> bool {
    ABOUT_ANSWERS.iter().all(|name| *name == "ReturnConsumedCapacity" || request[*name].is_null())
}

/// Lets an answer say what a page of so many bytes consumes.
fn set_units(answer: &mut Value, billed: usize, request: &Value) {
    let units = read_capacity_units_with_consistency(billed, request["ConsistentRead"] == true);
    for place in ["/ConsumedCapacity/CapacityUnits", "/ConsumedCapacity/Table/CapacityUnits"] {
        if let Some(place) = answer.pointer_mut(place) {
            *place = json!(units);
        }
    }
}

fn list(value: Value) -> Vec<Value> {
    if let Value::Array(elements) = value { elements } else { Vec::new() }
}

/// How many items the caller wants at most.
fn limit(request: &Value) -> Option<usize> {
    usize::try_from(request["Limit"].as_u64()?).ok()
}

/// How many items the engine reads of a page at once, and again, until it has read them all.
fn parts(billed: &[usize]) -> Vec<usize> {
    let (mut parts, mut size) = (Vec::new(), FULL);
    for bytes in billed {
        match parts.last_mut().filter(|_| size + bytes <= FULL) {
            Some(part) => *part += 1,
            None => {
                parts.push(1);
                size = 0;
            }
        }
        size += bytes;
    }
    parts
}

/// Two parts of one page as one.
fn joined(mut first: Value, mut second: Value) -> Value {
    for name in ["Count", "ScannedCount"] {
        let sum = first[name].as_u64().unwrap_or_default() + second[name].as_u64().unwrap_or_default();
        first[name] = json!(sum);
    }
    let more = second.get_mut("Items").and_then(Value::as_array_mut);
    if let (Some(items), Some(more)) = (first.get_mut("Items").and_then(Value::as_array_mut), more) {
        items.append(more);
    }
    first["LastEvaluatedKey"] = second["LastEvaluatedKey"].take();
    first
}

/// A request for all that the items have which `request` reads.
fn of_all_attributes(request: &Value) -> Value {
    let mut fields = request.as_object().cloned().unwrap_or_default();
    fields.retain(|name, _| !ABOUT_ANSWERS.contains(&name.as_str()));
    let used = expression::tokens(request["KeyConditionExpression"].as_str().unwrap_or_default());
    for kind in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        // The engine refuses what nothing needs.
        let left = fields.get_mut(kind).and_then(Value::as_object_mut).map(|entries: &mut Map<String, Value>| {
            entries.retain(|name, _| used.contains(&name.as_str()));
            entries.len()
        });
        if left == Some(0) {
            fields.remove(kind);
        }
    }
    fields.into()
}

/// The bytes of an item as it is stored.
fn stored(item: &Item, sort_key: Option<&str>) -> usize {
    let (mut size, mut in_head) = (0, HEAD);
    for (name, value) in item {
        if sort_key == Some(name) {
            in_head += value.size();
        } else {
            size += 1 + packed(value);
        }
    }
    2 + size + (1 + (1 + size) / HEAD_EVERY) * in_head
}

/// The bytes of a value, with those that say how long it is.
fn packed(value: &AttributeValue) -> usize {
    let size = value.size();
    match value {
        AttributeValue::S(_) => {
            size + if size < 128 {
                1
            } else if size < 16_384 {
                2
            } else {
                3
            }
        }
        AttributeValue::B(_) | AttributeValue::N(_) => size + 1,
        AttributeValue::SS(elements) | AttributeValue::NS(elements) => size + elements.len() + 1,
        AttributeValue::BS(elements) => size + elements.len() + 1,
        AttributeValue::NULL(_) => 0,
        AttributeValue::BOOL(_) => 1,
        AttributeValue::L(elements) => 3 + elements.iter().map(|element| 1 + packed(element)).sum::<usize>(),
        AttributeValue::M(fields) => 3 + fields.values().map(|field| 2 + packed(field)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(fields: Value) -> Item {
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn a_page_is_full_at_its_last_byte() {
        let of = |length: usize| {
            let fields = json!({ "a": { "S": "0123456789" }, "b": { "S": "00000" }, "c": { "S": "abcde" }, "e": { "S": "e".repeat(length) } });
            stored(&item(fields), Some("b"))
        };
        assert_eq!(24 * of(41_596) + of(41_597), FULL);
    }

    #[test]
    fn names_count_as_one_byte_and_the_sort_key_as_often_as_the_head() {
        for (fields, size) in [
            (json!({ "pk": { "S": "12" }, "a-long-name": { "N": "12.3456" } }), 2 + 4 + 6 + 18),
            (json!({ "pk": { "S": "12" }, "sk": { "S": "1234567" } }), 2 + 4 + 18 + 7),
            (json!({ "pk": { "S": "12" }, "s": { "SS": ["a", "bc"] }, "b": { "B": "AQI=" } }), 2 + 4 + 7 + 4 + 18),
            (json!({ "pk": { "S": "12" }, "n": { "NULL": true }, "t": { "BOOL": true } }), 2 + 4 + 1 + 2 + 18),
            (
                json!({ "pk": { "S": "12" }, "l": { "L": [{ "S": "a" }] }, "m": { "M": { "key": { "S": "a" } } } }),
                2 + 4 + 7 + 8 + 18,
            ),
            (json!({ "pk": { "S": "12" }, "s": { "S": "x".repeat(128) } }), 2 + 4 + 131 + 18),
            (json!({ "pk": { "S": "12" }, "s": { "S": "x".repeat(3064) } }), 2 + 4 + 3067 + 2 * 18),
        ] {
            assert_eq!(stored(&item(fields.clone()), Some("sk")), size, "{fields}");
        }
    }

    #[test]
    fn the_engine_reads_a_megabyte_at_once() {
        assert_eq!(parts(&[]), Vec::<usize>::new());
        assert_eq!(parts(&[FULL, 1, FULL - 1, 1]), [1, 2, 1]);
        assert_eq!(parts(&[FULL + 1, FULL / 2, FULL / 2]), [1, 2]);
    }
}
