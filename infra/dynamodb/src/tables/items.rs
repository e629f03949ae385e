//! Items in answers, where the engine gives more than the service: keys that a projection does not name, and items that an index
//! does not hold.

use std::collections::BTreeMap;

use dynoxide::{AttributeValue, Item, TableMetadata};
use serde_json::{Value, json};

use super::expression::{self, Element};

/// Whether the items in the answer to `request` may have to be put in order.
pub(super) fn are_changed(operation: &str, request: &Value) -> bool {
    match operation {
        "UpdateItem" => ["ALL_OLD", "UPDATED_OLD", "UPDATED_NEW"].iter().any(|given| request["ReturnValues"] == *given),
        "TransactGetItems" => true,
        "Query" | "Scan" => !request["IndexName"].is_null(),
        _ => false,
    }
}

/// Whether an answer is a page after which there may be another one.
pub(super) fn is_a_page(operation: &str, body: &[u8]) -> bool {
    let name = b"\"LastEvaluatedKey\"";
    matches!(operation, "Query" | "Scan") && body.windows(name.len()).any(|bytes| bytes == name)
}

/// Counts what a page holds that ended because it was full: the engine counts the item as scanned that no longer had room.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Other.html#Query.Count>
pub(super) fn scanned_of_a_page(request: &Value, answer: &mut Value) -> bool {
    let is_filtered = ["FilterExpression", "QueryFilter", "ScanFilter"].iter().any(|name| !request[*name].is_null());
    let (Some(count), Some(scanned)) = (answer["Count"].as_u64(), answer["ScannedCount"].as_u64()) else {
        return false;
    };
    let was_full = match request["Limit"].as_u64() {
        _ if answer["LastEvaluatedKey"].is_null() => false,
        Some(limit) if is_filtered => scanned < limit,
        Some(_) => count < scanned,
        None => true,
    };
    if was_full {
        answer["ScannedCount"] = json!(scanned - 1);
    }
    was_full
}

/// Takes the keys out of items whose projection does not name them. `key_schema` gives that of a table as JSON.
pub(super) fn projected(request: &Value, answer: &mut Value, key_schema: impl Fn(&str) -> Option<String>) -> bool {
    let mut changed = false;
    let Some(responses) = answer.get_mut("Responses").and_then(Value::as_array_mut) else { return false };
    for (get, response) in request["TransactItems"].as_array().into_iter().flatten().zip(responses) {
        let get = &get["Get"];
        let Some(paths) = get["ProjectionExpression"].as_str().and_then(expression::projection) else { continue };
        let names: Vec<&str> =
            paths.iter().filter_map(|path| first_name(path, &get["ExpressionAttributeNames"])).collect();
        let schema = get["TableName"].as_str().and_then(&key_schema).unwrap_or_default();
        let schema: Vec<Value> = serde_json::from_str(&schema).unwrap_or_default();
        let keys = schema.iter().filter_map(|key| key["AttributeName"].as_str()).filter(|key| !names.contains(key));
        let Some(item) = response.get_mut("Item").and_then(Value::as_object_mut) else { continue };
        for key in keys {
            changed |= item.remove(key).is_some();
        }
    }
    changed
}

fn first_name<'r>(path: &[Element<'r>], names: &'r Value) -> Option<&'r str> {
    match path.first()? {
        Element::Name(name) => Some(names[*name].as_str().unwrap_or(name)),
        Element::Index(_) => None,
    }
}

/// Takes items out whose attribute for the key of a global index is of another type than that key's, empty, or too long: the engine takes
/// them into an index that is added later, the service leaves them out.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html#GSI.OnlineOps.Creating>
pub(super) fn in_the_index(request: &Value, answer: &mut Value, table: &TableMetadata) -> bool {
    let Some(held) = Held::by(request, table) else { return false };
    let Some(items) = answer.get_mut("Items").and_then(Value::as_array_mut) else { return false };
    let before = items.len();
    items.retain(|item| serde_json::from_value(item.clone()).is_ok_and(|item| held.fits(&item)));
    let (after, gone) = (items.len(), before - items.len());
    if gone == 0 {
        return false;
    }
    answer["Count"] = json!(after);
    if let Some(scanned) = answer["ScannedCount"].as_u64() {
        answer["ScannedCount"] = json!(scanned.saturating_sub(gone as u64));
    }
    true
}

/// What an item must have for a global index to hold it: the types of the key's attributes, and the bytes that they have at most.
pub(super) struct Held(BTreeMap<String, (String, usize)>);

impl Held {
    /// That of the index that `request` is about; none where it is a local one, whose keys no write leaves wrong.
    pub(super) fn by(request: &Value, table: &TableMetadata) -> Option<Held> {
        keys_of_index(request["IndexName"].as_str().unwrap_or_default(), table).map(Held)
    }

    pub(super) fn fits(&self, item: &Item) -> bool {
        self.0.iter().all(|(name, (kind, most))| {
            let size = match (item.get(name), kind.as_str()) {
                // An attribute that the projection leaves out cannot be judged; nobody asked for it.
                (None, _) => return true,
                (Some(AttributeValue::S(text)), "S") | (Some(AttributeValue::N(text)), "N") => text.len(),
                (Some(AttributeValue::B(bytes)), "B") => bytes.len(),
                _ => return false,
            };
            (1..=*most).contains(&size)
        })
    }
}

/// Says of the scan of a local index that it was read, where the engine says it of the table.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html>
pub(super) fn charged_to_index(request: &Value, answer: &mut Value, table: &TableMetadata) -> bool {
    let Some(name) = request["IndexName"].as_str() else { return false };
    let Some(consumed) = answer.get_mut("ConsumedCapacity").and_then(Value::as_object_mut) else { return false };
    if consumed.contains_key("LocalSecondaryIndexes") {
        return false;
    }
    let local = table.lsi_definitions.as_deref().and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    if !local.is_some_and(|local| local.iter().any(|one| one["IndexName"] == name)) {
        return false;
    }
    let Some(read) = consumed.get_mut("Table") else { return false };
    let units = std::mem::replace(read, json!({ "CapacityUnits": 0.0 }));
    consumed.insert("LocalSecondaryIndexes".into(), json!({ name: units }));
    true
}

/// The attributes of an index's key, with their types and the bytes that they have at most.
fn keys_of_index(index: &str, table: &TableMetadata) -> Option<BTreeMap<String, (String, usize)>> {
    let indexes: Vec<Value> = serde_json::from_str(table.gsi_definitions.as_deref()?).ok()?;
    let definitions: Vec<Value> = serde_json::from_str(&table.attribute_definitions).ok()?;
    let index = indexes.into_iter().find(|one| one["IndexName"] == index)?;
    let typed = index["KeySchema"].as_array()?.iter().filter_map(|key| {
        let name = key["AttributeName"].as_str()?;
        let definition = definitions.iter().find(|one| one["AttributeName"] == name)?;
        let most = if key["KeyType"] == "HASH" { 2048 } else { 1024 };
        Some((name.to_string(), (definition["AttributeType"].as_str()?.to_string(), most)))
    });
    Some(typed.collect())
}
