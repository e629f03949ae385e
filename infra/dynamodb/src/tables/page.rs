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
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{Tables, changed_to, expression, items};

/// How many items the engine is asked for first. Of a request without a limit it would fetch all that is left of the table, for each
/// page again.
const FIRST: usize = 250;
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

/// An answer with a page. Its items stay as they are written: they are many, and most of them go on as they came.
#[derive(Deserialize, Serialize)]
struct Page {
    #[serde(rename = "Items", skip_serializing_if = "Option::is_none")]
    items: Option<Vec<Box<RawValue>>>,
    /// All but the items.
    #[serde(flatten)]
    rest: Value,
}

/// How far a page goes.
#[derive(Default)]
pub(super) struct Extent {
    items: usize,
    /// Bytes that are billed.
    billed: usize,
    /// Bytes that are stored.
    stored: usize,
}

impl Extent {
    /// Takes the next item; true where the page ends with it.
    pub(super) fn add(&mut self, item: &Item, sort_key: Option<&str>, most: usize) -> bool {
        self.items += 1;
        self.billed += item_size(item);
        self.stored += stored(item, sort_key);
        self.stored >= FULL || self.items == most
    }

    /// Takes the next items as far as the page goes: how many those are, and whether the page ends with the last of them.
    fn take(&mut self, items: &[Box<RawValue>], keys: &Keys, most: usize) -> Option<(usize, bool)> {
        for (before, text) in items.iter().enumerate() {
            let item: Item = serde_json::from_str(text.get()).ok()?;
            if self.add(&item, keys.sort.as_deref(), most) {
                return Some((before + 1, true));
            }
        }
        Some((items.len(), false))
    }
}

/// The items of a page.
#[derive(Default)]
struct Measured {
    /// The bytes that are billed of each.
    billed: Vec<usize>,
    /// The bytes that all of them are stored in.
    stored: usize,
}

/// The names of the keys of a table, or of an index.
pub(super) struct Keys {
    pub(super) partition: String,
    pub(super) sort: Option<String>,
}

impl Keys {
    /// Those of a key schema; none where one of them has several attributes.
    pub(super) fn of_schema(schema: &Value) -> Option<Keys> {
        let schema = schema.as_array()?;
        let names = |kind: &str| {
            let keys = schema.iter().filter(|key| key["KeyType"] == kind);
            keys.filter_map(|key| key["AttributeName"].as_str()).map(str::to_string).collect::<Vec<_>>()
        };
        let [partition] = <[String; 1]>::try_from(names("HASH")).ok()?;
        let mut sort = names("RANGE");
        (sort.len() < 2).then(|| Keys { partition, sort: sort.pop() })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [Some(self.partition.as_str()), self.sort.as_deref()].into_iter().flatten()
    }
}

/// Whether `request` reads a page of a table.
pub(super) fn is_of_table(operation: &str, request: &Value) -> bool {
    matches!(operation, "Query" | "Scan") && request["IndexName"].is_null()
}

/// Lets the engine scan in the order of the service, which it does for segments; true where the caller asks for none.
pub(super) fn ask_in_order(operation: &str, request: &mut Value) -> bool {
    let is_whole = operation == "Scan" && request["Segment"].is_null() && request["TotalSegments"].is_null();
    if is_whole {
        request["Segment"] = json!(0);
        request["TotalSegments"] = json!(1);
    }
    is_whole
}

/// Lets the engine say what it read; true where the caller did not ask for that.
pub(super) fn ask_capacity(request: &mut Value) -> bool {
    let is_missing = request["ReturnConsumedCapacity"].is_null();
    if is_missing {
        request["ReturnConsumedCapacity"] = json!("TOTAL");
    }
    is_missing
}

/// Lets the engine fetch no more than the first part of a page; true where the caller wants more.
pub(super) fn ask_first_part(request: &mut Value) -> bool {
    let wants_more = wants_more(request);
    if wants_more {
        request["Limit"] = json!(FIRST);
    }
    wants_more
}

/// Whether the first part of a page may be less than the caller of `request` wants. A limit that is not a number is the engine's to refuse.
fn wants_more(request: &Value) -> bool {
    request["Limit"].is_null() || limit(request).is_some_and(|limit| limit > FIRST)
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
        let Ok(mut page) = serde_json::from_slice::<Page>(&body) else { return body };
        let was_full = items::scanned_of_a_page(request, &mut page.rest);
        let mut is_other = was_full;
        let is_a_part = wants_more(request) && !page.rest["LastEvaluatedKey"].is_null();
        if was_full || is_a_part || may_be_full(request, &page.rest) {
            is_other |= match reads_whole_items(request) {
                true => self.whole_page(operation, request, &mut page).await.unwrap_or(false),
                false => match self.page(operation, request, &page.rest).await.map(serde_json::from_value) {
                    Some(Ok(other)) => {
                        page = other;
                        true
                    }
                    _ => false,
                },
            };
        }
        if hidden {
            page.rest.as_object_mut().map(|fields| fields.remove("ConsumedCapacity"));
        }
        match serde_json::to_vec(&page) {
            Ok(other) if is_other || hidden => changed_to(Bytes::from(other), headers),
            _ => body,
        }
    }

    /// The page, where it is another one than the engine's.
    async fn page(&self, operation: &str, request: &Value, answer: &Value) -> Option<Value> {
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

    /// The same for a request whose answer has all that is read: then nothing is read a second time. True where the page is now
    /// another one.
    async fn whole_page(&self, operation: &str, request: &Value, page: &mut Page) -> Option<bool> {
        let keys = self.keys(request)?;
        let most = limit(request).unwrap_or(usize::MAX);
        let first = page.items.as_deref().unwrap_or_default();
        let mut extent = Extent::default();
        let (from_first, mut is_over) = extent.take(first, &keys, most)?;
        let mut more: Vec<Box<RawValue>> = Vec::new();
        let mut left = page.rest["LastEvaluatedKey"].clone();
        while !(is_over || left.is_null()) {
            let mut asked = request.clone();
            asked["ExclusiveStartKey"] = left.take();
            asked["Limit"] = json!(missing(extent.items, extent.stored).min(most - extent.items));
            let answer = self.engine_answer(operation, &asked).await;
            let mut next: Page = serde_json::from_slice(answer.body()).ok()?;
            let mut read = next.items.take().unwrap_or_default();
            let taken;
            (taken, is_over) = extent.take(&read, &keys, most)?;
            read.truncate(taken);
            more.append(&mut read);
            left = next.rest["LastEvaluatedKey"].take();
        }
        let before = page.rest.clone();
        let last = more.last().or_else(|| first.get(from_first.checked_sub(1)?)).filter(|_| is_over);
        let last = last.and_then(|last| serde_json::from_str::<Value>(last.get()).ok());
        let is_shorter = from_first < first.len();
        let fields = page.rest.as_object_mut()?;
        fields.remove("LastEvaluatedKey");
        if let Some(last) = last {
            let key: Map<String, Value> = keys.names().map(|name| (name.to_string(), last[name].clone())).collect();
            fields.insert("LastEvaluatedKey".to_string(), key.into());
        }
        for name in ["Count", "ScannedCount"] {
            fields.insert(name.to_string(), json!(extent.items));
        }
        set_units(&mut page.rest, extent.billed, request);
        let is_other = is_shorter || !more.is_empty() || page.rest != before;
        if let Some(items) = &mut page.items {
            items.truncate(from_first);
            items.append(&mut more);
        }
        Some(is_other)
    }

    /// The names of the keys of the table that `request` reads.
    fn keys(&self, request: &Value) -> Option<Keys> {
        let table = self.metadata(request["TableName"].as_str()?)?;
        Keys::of_schema(&serde_json::from_str(&table.key_schema).ok()?)
    }

    /// Measures the page that begins where `request` begins.
    async fn measured(&self, operation: &str, request: &Value) -> Option<Measured> {
        let keys = self.keys(request)?;
        let most = limit(request).unwrap_or(usize::MAX);
        let mut asked = of_all_attributes(request);
        let mut measured = Measured::default();
        loop {
            let room = most - measured.billed.len();
            asked["Limit"] = json!(missing(measured.billed.len(), measured.stored).min(room));
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

/// How many more items a page will have that has so many, stored in so many bytes, if they are as large; and some to spare.
fn missing(items: usize, stored: usize) -> usize {
    match stored.checked_div(items) {
        Some(of_one) => FULL.saturating_sub(stored) / of_one.max(1) * 5 / 4 + 16,
        None => FIRST,
    }
}

/// How many items the caller wants at most.
pub(super) fn limit(request: &Value) -> Option<usize> {
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
pub(super) fn of_all_attributes(request: &Value) -> Value {
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
    fn the_engine_is_never_asked_for_a_whole_table() {
        for (limit, first) in [
            (Value::Null, json!(250)),
            (json!(1_000_000), json!(250)),
            (json!(250), json!(250)),
            (json!(20), json!(20)),
        ] {
            let mut request = json!({ "TableName": "board", "Limit": limit });
            ask_first_part(&mut request);
            assert_eq!(request["Limit"], first, "{limit}");
        }
        // What is not a limit is refused as it is written.
        for wrong in [json!("many"), json!(-1), json!(0)] {
            let mut request = json!({ "TableName": "board", "Limit": wrong });
            assert!(!ask_first_part(&mut request) && request["Limit"] == wrong, "{wrong}");
        }
        assert_eq!(missing(250, 250 * 300), (FULL - 75_000) / 300 * 5 / 4 + 16);
        assert_eq!((missing(0, 0), missing(1, FULL)), (FIRST, 16));
    }

    #[test]
    fn the_engine_reads_a_megabyte_at_once() {
        assert_eq!(parts(&[]), Vec::<usize>::new());
        assert_eq!(parts(&[FULL, 1, FULL - 1, 1]), [1, 2, 1]);
        assert_eq!(parts(&[FULL + 1, FULL / 2, FULL / 2]), [1, 2]);
    }
}
