//! A page of a secondary index, in the order of the service and as long as `page` says.
//!
//! The engine sorts the rows of an index by their keys, and for each page it fetches all that is left. So it is asked for one item only,
//! by which it refuses what there is to refuse, and for the ends of what a query reaches. The rows are then read from `storage`. What a
//! filter leaves and a projection shows of them is the engine's again: they are scanned as a table of their own, in memory.

use bytes::Bytes;
use dynoxide::actions::query::QueryResponse;
use dynoxide::actions::scan::{ScanRequest, ScanResponse};
use dynoxide::types::{item_size, read_capacity_units_with_consistency};
use dynoxide::{Database, DynoxideError, ImportOptions, Item, TableMetadata};
use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::page::{self, Extent, Keys};
use super::storage::{IndexRows, Place, Reach};
use super::{Tables, changed, hash, items};

/// The table that a page is while it is filtered.
const PAGE: &str = "page";
/// What a request has that decides which items of a page are shown, and what of them.
const SHOWS: [&str; 5] =
    ["AttributesToGet", "ConditionalOperator", "FilterExpression", "ProjectionExpression", "ScanFilter"];

/// An index as a page of it is read.
struct ReadIndex {
    rows: IndexRows,
    /// The names of its keys, and of its table's.
    keys: Keys,
    of_table: Keys,
    /// Whether its items are read from the table.
    reads_table: bool,
}

/// What was read.
#[derive(Default)]
struct Read {
    items: Vec<Item>,
    /// The last of them as the index has it, where another page follows.
    last: Option<Item>,
    scanned: usize,
    /// Bytes of the index, and of the table.
    of_index: usize,
    of_table: usize,
}

/// Whether `request` reads a page of an index.
pub(super) fn is_of_index(operation: &str, request: &Value) -> bool {
    matches!(operation, "Query" | "Scan") && request["IndexName"].is_string()
}

/// Lets the engine look for one item; true where the caller wants more.
pub(super) fn ask_one(request: &mut Value) -> bool {
    let wants_more = request["Limit"].is_null() || page::limit(request).is_some_and(|limit| limit > 1);
    if wants_more {
        request["Limit"] = json!(1);
    }
    wants_more
}

impl Tables {
    /// The answer to `request`, to which the engine gave `first` when it was asked for one item; the engine's own where the index has
    /// a key of several attributes, of which the order on the service is not known.
    pub(super) async fn to_the_end_of_the_index_page(
        &self,
        operation: &str,
        request: &Value,
        first: Bytes,
        headers: &mut HeaderMap,
    ) -> Bytes {
        let answer = serde_json::from_slice(&first).ok();
        match answer {
            Some(answer) => match self.index_page(operation, request, answer).await {
                Some(page) => changed(&page, headers),
                None => {
                    let whole = self.engine_answer(operation, request).await.into_body();
                    self.complete(operation, request, (0.0, None), super::changed_to(whole, headers), headers)
                }
            },
            None => first,
        }
    }

    /// The page of an index that `request` reads; `answer` is the engine's to the same request for one item.
    pub(super) async fn index_page(&self, operation: &str, request: &Value, mut answer: Value) -> Option<Value> {
        let table = self.metadata(request["TableName"].as_str()?)?;
        let index = ReadIndex::asked(request, &table)?;
        items::charged_to_index(request, &mut answer, &table);
        let after = match &request["ExclusiveStartKey"] {
            Value::Null => None,
            key => Some(index.rows.place_of(&serde_json::from_value(key.clone()).ok()?, index.keys.sort.as_deref())?),
        };
        let reach = match operation {
            "Query" => match self.reach_of_query(request, &index).await? {
                Some(reach) => Some(reach),
                // The engine has found nothing, and has said so.
                None => return Some(answer),
            },
            _ => match (request["Segment"].as_u64(), request["TotalSegments"].as_u64()) {
                (Some(segment), Some(segments)) => hash::of_segment(segment, segments),
                _ => hash::of_segment(0, 1),
            }
            .map(|(first, last)| Reach::Segment { first, last }),
        };
        let (storage, asked) = (self.0.storage.clone(), request.clone());
        let of_query = operation == "Query";
        let read = move || {
            let mut read = match reach {
                Some(reach) => index.read(&storage, &asked, &table, &reach, after.as_ref())?,
                None => Read::default(),
            };
            if shows_a_part(&asked) {
                read.items = shown(&asked, std::mem::take(&mut read.items)).map_err(|error| error.to_string())?;
            }
            Ok::<_, String>((index, read))
        };
        let (index, read) = match self.0.engine.apart(read).await.ok()? {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(error, "the page of an index could not be read in the order of the service");
                return None;
            }
        };
        let count = read.items.len();
        let items = (request["Select"] != "COUNT").then_some(read.items);
        let last_evaluated_key = read.last.map(|last| {
            let keys = [&index.keys, &index.of_table].into_iter().flat_map(Keys::names);
            keys.filter_map(|name| Some((name.to_string(), last.get(name)?.clone()))).collect()
        });
        // The two operations write the numbers of a set in orders of their own.
        let page = match of_query {
            true => serde_json::to_value(QueryResponse {
                items,
                count,
                scanned_count: read.scanned,
                last_evaluated_key,
                consumed_capacity: None,
            }),
            false => serde_json::to_value(ScanResponse {
                items,
                count,
                scanned_count: read.scanned,
                last_evaluated_key,
                consumed_capacity: None,
            }),
        };
        let mut page = page.ok()?;
        if let Some(consumed) = answer.get_mut("ConsumedCapacity").filter(|consumed| consumed.is_object()) {
            charge(consumed, request, read.of_index, read.of_table);
            page["ConsumedCapacity"] = consumed.take();
        }
        Some(page)
    }

    /// What a query reaches, from the first item to the last; nothing where there is none.
    async fn reach_of_query(&self, request: &Value, index: &ReadIndex) -> Option<Option<Reach>> {
        let mut asked = page::of_all_attributes(request);
        asked["Limit"] = json!(1);
        asked.as_object_mut()?.remove("ExclusiveStartKey");
        let mut ends = Vec::new();
        for is_forward in [true, false] {
            asked["ScanIndexForward"] = json!(is_forward);
            let found = self.engine_answer("Query", &asked).await;
            let mut found: Value = serde_json::from_slice(found.body()).ok()?;
            match found.get_mut("Items")?.get_mut(0) {
                Some(item) => ends.push(serde_json::from_value::<Item>(item.take()).ok()?),
                None => return Some(None),
            }
        }
        let sort = |item: &Item| match &index.keys.sort {
            Some(name) => item.get(name)?.to_key_string(),
            None => Some(String::new()),
        };
        let partition = ends[0].get(&index.keys.partition)?;
        Some(Some(Reach::Partition {
            hash: hash::of(Some(partition)),
            partition: partition.to_key_string()?,
            first: sort(&ends[0])?,
            last: sort(&ends[1])?,
        }))
    }
}

impl ReadIndex {
    fn asked(request: &Value, table: &TableMetadata) -> Option<ReadIndex> {
        let name = request["IndexName"].as_str()?;
        let named = |definitions: &Option<String>| {
            let all: Vec<Value> = serde_json::from_str(definitions.as_deref()?).ok()?;
            all.into_iter().find(|index| index["IndexName"] == name)
        };
        let local = named(&table.lsi_definitions);
        let is_local = local.is_some();
        let definition = local.or_else(|| named(&table.gsi_definitions))?;
        let keys = Keys::of_schema(&definition["KeySchema"])?;
        let of_table = Keys::of_schema(&serde_json::from_str(&table.key_schema).ok()?)?;
        let table_keys = of_table.names().map(str::to_string).collect();
        let rows = IndexRows::new(&table.table_name, name, is_local, &keys.partition, table_keys);
        let reads_table =
            is_local && request["Select"] == "ALL_ATTRIBUTES" && definition["Projection"]["ProjectionType"] != "ALL";
        Some(ReadIndex { rows, keys, of_table, reads_table })
    }

    /// Reads as far as the page goes.
    fn read(
        &self,
        storage: &super::storage::Storage,
        request: &Value,
        table: &TableMetadata,
        reach: &Reach,
        after: Option<&Place>,
    ) -> Result<Read, String> {
        let most = page::limit(request).unwrap_or(usize::MAX);
        let is_backward = request["ScanIndexForward"] == false;
        let held = items::Held::by(request, table);
        let (mut read, mut extent) = (Read::default(), Extent::default());
        let mut wrong = None;
        let rows = storage.read(&self.rows, reach, after, is_backward, self.reads_table, |of_index, of_table| {
            let parsed = serde_json::from_str::<Item>(of_index)
                .and_then(|item| Ok((item, of_table.map(|text| serde_json::from_str::<Item>(&text)).transpose()?)));
            let (of_index, of_table) = match parsed {
                Ok((of_index, _)) if !held.as_ref().is_none_or(|held| held.fits(&of_index)) => return false,
                Ok(parsed) => parsed,
                Err(error) => {
                    wrong = Some(error.to_string());
                    return true;
                }
            };
            read.scanned += 1;
            read.of_index += item_size(&of_index);
            read.of_table += of_table.as_ref().map_or(0, item_size);
            let item = of_table.as_ref().unwrap_or(&of_index);
            let is_over = extent.add(item, self.of_table.sort.as_deref(), most);
            if is_over {
                read.last = Some(of_index.clone());
            }
            read.items.push(of_table.unwrap_or(of_index));
            is_over
        });
        rows.map_err(|error| error.to_string())?;
        wrong.map_or(Ok(read), Err)
    }
}

/// Whether the answer to `request` leaves something of what is read out.
fn shows_a_part(request: &Value) -> bool {
    SHOWS.iter().chain(&["QueryFilter"]).any(|name| !request[*name].is_null())
}

/// What the filter of `request` leaves of `items`, and its projection shows.
fn shown(request: &Value, items: Vec<Item>) -> Result<Vec<Item>, DynoxideError> {
    let engine = Database::memory()?;
    // Keys that no item has.
    let is_free = |name: &str| !items.iter().any(|item| item.contains_key(name));
    let mut name = "place".to_string();
    while !(is_free(&format!("{name}-1")) && is_free(&format!("{name}-2"))) {
        name.push('-');
    }
    let [partition, sort] = [format!("{name}-1"), format!("{name}-2")];
    let table = json!({
        "TableName": PAGE,
        "AttributeDefinitions": [
            { "AttributeName": partition, "AttributeType": "S" },
            { "AttributeName": sort, "AttributeType": "N" },
        ],
        "KeySchema": [
            { "AttributeName": partition, "KeyType": "HASH" },
            { "AttributeName": sort, "KeyType": "RANGE" },
        ],
        "BillingMode": "PAY_PER_REQUEST",
    });
    engine.create_table(of_json(table)?)?;
    let placed = items.into_iter().enumerate().map(|(number, mut item)| {
        item.insert(partition.clone(), dynoxide::AttributeValue::S(PAGE.to_string()));
        item.insert(sort.clone(), dynoxide::AttributeValue::N(number.to_string()));
        item
    });
    engine.import_items(PAGE, placed.collect(), ImportOptions::default())?;
    let mut asked = what_shows(request);
    let mut shown = Vec::new();
    loop {
        let page = engine.scan(of_json::<ScanRequest>(asked.clone())?)?;
        shown.extend(page.items.into_iter().flatten());
        let Some(last) = page.last_evaluated_key else { break };
        asked["ExclusiveStartKey"] = serde_json::to_value(last).unwrap_or_default();
    }
    for item in &mut shown {
        item.remove(&partition);
        item.remove(&sort);
    }
    Ok(shown)
}

/// A scan of the page with the filter and the projection of `request`.
fn what_shows(request: &Value) -> Value {
    let mut fields = Map::new();
    fields.insert("TableName".into(), PAGE.into());
    for name in SHOWS {
        fields.insert(name.into(), request[name].clone());
    }
    if !request["QueryFilter"].is_null() {
        fields.insert("ScanFilter".into(), request["QueryFilter"].clone());
    }
    let texts = ["FilterExpression", "ProjectionExpression"].map(|kind| request[kind].as_str().unwrap_or_default());
    let used: Vec<&str> = texts.into_iter().flat_map(super::expression::tokens).collect();
    for kind in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        // The engine refuses what nothing needs.
        let entries = request[kind].as_object().into_iter().flatten();
        let entries: Map<String, Value> = entries
            .filter(|(name, _)| used.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !entries.is_empty() {
            fields.insert(kind.into(), entries.into());
        }
    }
    fields.retain(|_, value| !value.is_null());
    fields.into()
}

fn of_json<T: serde::de::DeserializeOwned>(request: Value) -> Result<T, DynoxideError> {
    serde_json::from_value(request).map_err(|error| DynoxideError::ValidationException(error.to_string()))
}

/// Lets `consumed` say what so many bytes of an index and of its table consume.
fn charge(consumed: &mut Value, request: &Value, of_index: usize, of_table: usize) {
    let units = |bytes: usize| match bytes {
        0 => 0.0,
        bytes => read_capacity_units_with_consistency(bytes, request["ConsistentRead"] == true),
    };
    let of_table = units(of_table);
    // A read that finds nothing consumes as much as the smallest.
    let of_index = read_capacity_units_with_consistency(of_index, request["ConsistentRead"] == true);
    consumed["CapacityUnits"] = json!(of_index + of_table);
    if let Some(table) = consumed.pointer_mut("/Table/CapacityUnits") {
        *table = json!(of_table);
    }
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        for index in consumed.get_mut(kind).and_then(Value::as_object_mut).into_iter().flatten() {
            index.1["CapacityUnits"] = json!(of_index);
        }
    }
}
