//! What a `BatchGetItem` leaves unread: of one partition an answer holds little more than 1 MB, and a table has one partition here.
//!
//! The engine reads up to 16 MB, whatever the table.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>

use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::types::item_size;
use serde_json::{Map, Value, json};

use super::Tables;

/// The largest item, in bytes.
const LARGEST_ITEM: usize = 400 * 1024;
/// How much of a partition is read: 1 MB, and what the last item has beyond it.
const MOST_OF_A_PARTITION: usize = 1024 * 1024 + LARGEST_ITEM - 3;

/// Names the keys of `unread` in the answer to the others. Each is charged as one of an item that is not there.
pub(super) fn name(unread: Map<String, Value>, answer: &mut Value) {
    let consumed = answer.get_mut("ConsumedCapacity").and_then(Value::as_array_mut);
    for consumed in consumed.into_iter().flatten() {
        let Some(left) = consumed["TableName"].as_str().and_then(|table| unread.get(table)) else { continue };
        let unit = if left["ConsistentRead"] == true { 1.0 } else { 0.5 };
        let cost = unit * left["Keys"].as_array().map_or(0, Vec::len) as f64;
        for units in ["/CapacityUnits", "/Table/CapacityUnits"] {
            if let Some(units) = consumed.pointer_mut(units) {
                *units = json!(units.as_f64().unwrap_or_default() + cost);
            }
        }
    }
    if let Some(named) = answer.get_mut("UnprocessedKeys").and_then(Value::as_object_mut) {
        named.extend(unread);
    }
}

impl Tables {
    /// Takes the keys out of the batch that `request` is which have no room in an answer, and gives them as the answer names them.
    pub(super) fn without_what_has_no_room(&self, operation: &str, request: &mut Value) -> Map<String, Value> {
        let mut unread = Map::new();
        let tables =
            request.get_mut("RequestItems").filter(|_| operation == "BatchGetItem").and_then(Value::as_object_mut);
        for (table, entry) in tables.into_iter().flatten() {
            let Some(keys) = entry["Keys"].as_array() else { continue };
            let Some(room) = self.room_for(table, keys).filter(|room| *room < keys.len()) else { continue };
            let rest = keys[room..].to_vec();
            let mut left = entry.clone();
            left["Keys"] = rest.into();
            unread.insert(table.clone(), left);
            if let Some(keys) = entry["Keys"].as_array_mut() {
                keys.truncate(room);
            }
        }
        unread
    }

    /// How many of `keys`, from the first on, are read; nothing where the engine refuses one.
    fn room_for(&self, table: &str, keys: &[Value]) -> Option<usize> {
        // So few have room however large they are.
        if keys.len() <= MOST_OF_A_PARTITION / LARGEST_ITEM {
            return Some(keys.len());
        }
        let (mut size, mut room) = (0, keys.len());
        for (number, key) in keys.iter().enumerate() {
            let key = serde_json::from_value(key.clone()).ok()?;
            let request = GetItemRequest { table_name: table.to_string(), key, ..GetItemRequest::default() };
            size += self.database().get_item(request).ok()?.item.as_ref().map_or(0, item_size);
            if size > MOST_OF_A_PARTITION {
                room = room.min(number);
            }
        }
        Some(room)
    }
}
