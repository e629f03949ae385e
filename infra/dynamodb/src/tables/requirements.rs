//! What the service refuses, and the engine does not, because of the table: a setting that is there already, a key of an index that
//! is too long, a shard that no stream has.

use dynoxide::storage::{compute_hash_prefix, hash_bucket};
use dynoxide::{AttributeValue, TableMetadata};
use serde_json::{Map, Value};
use stack::stream_arn;

use super::expression::{self, Element, Operand};
use super::stream::closed::is_closed;
use super::{Tables, own_shard_id, projection, stream};

/// The longest partition and sort key, in bytes. Those of a table are the engine's to refuse, with the same words.
const KEY_LIMITS: [(&str, usize, &str); 2] = [
    ("HASH", 2048, "Size of hashkey has exceeded the maximum size limit of2048 bytes"),
    ("RANGE", 1024, "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
];

/// The ranges into which the engine divides the hashes of partition keys.
const HASH_BUCKETS: u64 = 4096;

/// A refusal: the exception, and its message.
pub(super) type Refusal = (&'static str, String);

impl Tables {
    /// The refusal of the call of `operation`, as far as it depends on its table.
    pub(super) fn refusal(&self, operation: &str, request: &Value) -> Option<Refusal> {
        let wrong = match operation {
            "Query" | "Scan" => {
                let (index, start) = (request["IndexName"].as_str(), request["ExclusiveStartKey"].as_object());
                // Most requests have neither, and need not ask for their table.
                if index.is_none() && start.is_none() {
                    return None;
                }
                let table = self.metadata(request["TableName"].as_str()?)?;
                match index {
                    Some(index) => {
                        let is_known = indexes(&table).any(|known| known["IndexName"] == index);
                        (!is_known)
                            .then(|| format!("The table does not have the specified index: {index}"))
                            .or_else(|| projection::refusal(operation, request, &table))
                    }
                    None => in_start(&table, start?).or_else(|| in_segment(&table, request)),
                }
            }
            "UpdateTable" => {
                let table = self.metadata(request["TableName"].as_str()?)?;
                if let Some(refusal) = several_indexes(request) {
                    return Some(refusal);
                }
                in_stream(&table, &request["StreamSpecification"]).or_else(|| in_new_indexes(&table, request))
            }
            "UpdateTimeToLive" => {
                in_time_to_live(&self.metadata(request["TableName"].as_str()?)?, &request["TimeToLiveSpecification"])
            }
            "PutItem" => self.long_index_key(request, &request["Item"]),
            "UpdateItem" => self.long_index_key(request, &assigned(request)).or_else(|| self.removed_key(request)),
            "BatchWriteItem" => {
                let tables = request["RequestItems"].as_object()?.iter();
                let writes = tables.flat_map(|(table, writes)| {
                    writes.as_array().into_iter().flatten().map(move |write| (table, &write["PutRequest"]["Item"]))
                });
                let mut writes = writes.filter(|(_, item)| !long_texts(item).is_empty());
                writes.find_map(|(table, item)| in_keys(&self.metadata(table)?, item))
            }
            "TransactWriteItems" => {
                let writes = request["TransactItems"].as_array()?.iter();
                writes.into_iter().find_map(|write| {
                    self.long_index_key(&write["Put"], &write["Put"]["Item"])
                        .or_else(|| self.long_index_key(&write["Update"], &assigned(&write["Update"])))
                })
            }
            "DescribeStream" => return self.unknown_stream(request),
            "GetShardIterator" => return self.unknown_stream(request).or_else(|| self.unknown_shard(request)),
            _ => None,
        };
        wrong.map(|message| ("com.amazon.coral.validate#ValidationException", message))
    }

    /// What the engine knows of a table.
    pub(super) fn metadata(&self, table: &str) -> Option<TableMetadata> {
        self.database().get_table_metadata(table).ok()?
    }

    fn long_index_key(&self, request: &Value, item: &Value) -> Option<String> {
        if long_texts(item).is_empty() {
            return None;
        }
        in_keys(&self.metadata(request["TableName"].as_str()?)?, item)
    }

    /// The refusal of an update that takes an attribute of the key away. To give it a value is the engine's to refuse.
    fn removed_key(&self, request: &Value) -> Option<String> {
        let update = expression::update(request["UpdateExpression"].as_str()?)?;
        let taken = update.remove.iter().chain(update.delete.iter().map(|(path, _)| path));
        let taken: Vec<_> = taken.collect();
        if taken.is_empty() {
            return None;
        }
        let table = self.metadata(request["TableName"].as_str()?)?;
        let key = attributes_of_key(&table);
        let mut removed = taken.iter().filter_map(|path| match path.as_slice() {
            [Element::Name(name)] => Some(request["ExpressionAttributeNames"][*name].as_str().unwrap_or(name)),
            _ => None,
        });
        let name = removed.find(|name| key.iter().any(|(known, _)| known == name))?;
        let invalid = "One or more parameter values were invalid:";
        Some(format!("{invalid} Cannot update attribute {name}. This attribute is part of the key"))
    }

    /// A stream that the table of its ARN does not have: the label is of a stream that was there before, or of none.
    fn unknown_stream(&self, request: &Value) -> Option<Refusal> {
        let arn = request["StreamArn"].as_str()?;
        let table = self.metadata(stream::table_of_arn(arn)?)?;
        (arn != stream_arn(&table.table_name)).then(|| {
            let exception = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
            (exception, format!("Requested resource not found: Stream: {arn} not found"))
        })
    }

    fn unknown_shard(&self, request: &Value) -> Option<Refusal> {
        let table = stream::table_of_arn(request["StreamArn"].as_str()?)?;
        self.metadata(table).filter(|table| table.stream_enabled || is_closed(table))?;
        let shard = request["ShardId"].as_str()?;
        // As the client has it: its engine's id is put in later.
        let known = own_shard_id(&stream::engines_shard_id(table));
        (shard != known).then(|| {
            let exception = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
            (exception, format!("Requested resource not found: Shard: {shard} not found"))
        })
    }
}

fn in_stream(table: &TableMetadata, specification: &Value) -> Option<String> {
    let name = &table.table_name;
    match (specification["StreamEnabled"].as_bool()?, table.stream_enabled) {
        (true, true) => Some(format!("Table already has an enabled stream: TableName: {name}")),
        (false, false) => Some(format!("Table has no stream to disable: TableName: {name}")),
        _ => None,
    }
}

/// Of indexes, one at a time is made or deleted.
fn several_indexes(request: &Value) -> Option<Refusal> {
    let updates = request["GlobalSecondaryIndexUpdates"].as_array()?.iter();
    let changes = updates.filter(|update| ["Create", "Delete"].iter().any(|kind| !update[*kind].is_null())).count();
    let what = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
    (changes > 1).then(|| ("com.amazonaws.dynamodb.v20120810#LimitExceededException", what.to_string()))
}

/// What an index that is added takes from the table: a name that is free, and attributes of the types that they have.
fn in_new_indexes(table: &TableMetadata, request: &Value) -> Option<String> {
    let invalid = "One or more parameter values were invalid:";
    let created = request["GlobalSecondaryIndexUpdates"].as_array()?.iter().map(|update| &update["Create"]);
    let created: Vec<&Value> = created.filter(|create| !create.is_null()).collect();
    let local = table.lsi_definitions.as_deref().and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let local = local.unwrap_or_default();
    let is_taken = |create: &&&Value| local.iter().any(|index| index["IndexName"] == create["IndexName"]);
    if let Some(create) = created.iter().find(is_taken) {
        let name = create["IndexName"].as_str().unwrap_or_default();
        return Some(format!("{invalid} An index with the name {name} already exists"));
    }
    let definitions: Vec<Value> = serde_json::from_str(&table.attribute_definitions).ok()?;
    let given = request["AttributeDefinitions"].as_array()?;
    created.iter().flat_map(|create| create["KeySchema"].as_array().into_iter().flatten()).find_map(|key| {
        let (name, kind) = (key["AttributeName"].as_str()?, key["KeyType"].as_str()?);
        let type_in = |list: &[Value]| {
            let found = list.iter().find(|one| one["AttributeName"] == name)?;
            Some(found["AttributeType"].as_str()?.to_string())
        };
        let (before, after) = (type_in(&definitions)?, type_in(given)?);
        (before != after).then(|| {
            let schema = |of: &str| format!("Schema:[SchemaElement: key{{{name}:{of}:{kind}}}]");
            format!(
                "{invalid} Attributes cannot be redefined. Please check that your attribute has the same type as previously \
                 defined. Existing schema: {} New schema: {}",
                schema(&before),
                schema(&after)
            )
        })
    })
}

fn in_time_to_live(table: &TableMetadata, specification: &Value) -> Option<String> {
    let attribute = specification["AttributeName"].as_str()?;
    match (specification["Enabled"].as_bool()?, table.ttl_enabled, table.ttl_attribute.as_deref()) {
        (_, true, Some(current)) if current != attribute => {
            Some(format!("TimeToLive is active on a different AttributeName: current AttributeName is {current}"))
        }
        (true, true, _) => Some("TimeToLive is already enabled".to_string()),
        (false, false, _) => Some("TimeToLive is already disabled".to_string()),
        _ => None,
    }
}

/// The attributes of an item that are too long for a sort key, so that most writes need not ask for their table.
fn long_texts(item: &Value) -> Vec<(&String, usize)> {
    let size =
        |value: &Value| value["S"].as_str().map(str::len).or_else(|| value["B"].as_str().map(stream::binary_size));
    let attributes = item.as_object().into_iter().flatten();
    let sized = attributes.filter_map(|(name, value)| Some((name, size(value)?)));
    sized.filter(|(_, size)| *size > 1024).collect()
}

/// The definitions of a table's indexes, global and local.
pub(super) fn indexes(table: &TableMetadata) -> impl Iterator<Item = Value> {
    let definitions = [&table.gsi_definitions, &table.lsi_definitions].into_iter().flatten();
    definitions.filter_map(|text| serde_json::from_str::<Vec<Value>>(text).ok()).flatten()
}

/// The attributes of a table's key, with their types.
pub(super) fn attributes_of_key(table: &TableMetadata) -> Vec<(String, String)> {
    let read = |text: &str| serde_json::from_str::<Vec<Value>>(text).unwrap_or_default();
    let definitions = read(&table.attribute_definitions);
    let schema = read(&table.key_schema);
    let names = schema.iter().filter_map(|key| key["AttributeName"].as_str());
    let typed = names.filter_map(|name| {
        let definition = definitions.iter().find(|one| one["AttributeName"] == name)?;
        Some((name.to_string(), definition["AttributeType"].as_str()?.to_string()))
    });
    typed.collect()
}

/// A start that has the attributes of the key, and values of other types. What lacks one of them, the engine refuses.
fn in_start(table: &TableMetadata, start: &Map<String, Value>) -> Option<String> {
    let key = attributes_of_key(table);
    let has_all = start.len() == key.len() && key.iter().all(|(name, _)| start.contains_key(name));
    let is_wrong = has_all && key.iter().any(|(name, kind)| start[name].get(kind).is_none());
    is_wrong
        .then(|| "The provided starting key is invalid: The provided key element does not match the schema".to_string())
}

/// A start of a parallel scan that another segment would read. Segments are ranges of the hash of the partition key.
fn in_segment(table: &TableMetadata, request: &Value) -> Option<String> {
    let (segment, total) = (request["Segment"].as_u64()?, request["TotalSegments"].as_u64()?);
    let start = &request["ExclusiveStartKey"];
    let (name, _) = attributes_of_key(table).into_iter().next()?;
    let key = serde_json::from_value::<AttributeValue>(start[&name].clone()).ok()?;
    let bucket = u64::from(hash_bucket(&compute_hash_prefix(&key)));
    let first_of = |segment: u64| (HASH_BUCKETS * segment).div_ceil(total);
    let is_other = segment < total && !(first_of(segment)..first_of(segment + 1)).contains(&bucket);
    is_other.then(|| {
        format!(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. \
             TotalSegments: {total} Segment: {segment}"
        )
    })
}

fn in_keys(table: &TableMetadata, item: &Value) -> Option<String> {
    let keys: Vec<Value> =
        indexes(table).flat_map(|index| index["KeySchema"].as_array().cloned().unwrap_or_default()).collect();
    let long = long_texts(item);
    KEY_LIMITS.iter().find_map(|(kind, limit, message)| {
        let mut of_kind =
            keys.iter().filter(|key| key["KeyType"] == *kind).filter_map(|key| key["AttributeName"].as_str());
        let is_long = |name: &str| long.iter().any(|(long, size)| *long == name && size > limit);
        of_kind.any(is_long).then(|| format!("One or more parameter values were invalid: {message}"))
    })
}

/// The attributes to which an update gives a value of the request.
fn assigned(request: &Value) -> Value {
    let mut assigned = Map::new();
    let updates = request["AttributeUpdates"].as_object().into_iter().flatten();
    assigned.extend(updates.map(|(name, update)| (name.clone(), update["Value"].clone())));
    // Most updates have no value that is too long for a key: then the expression need not be read.
    let text =
        request["UpdateExpression"].as_str().filter(|_| !long_texts(&request["ExpressionAttributeValues"]).is_empty());
    if let Some(update) = text.and_then(expression::update) {
        for (path, value) in &update.set {
            if let ([Element::Name(name)], Operand::Value(value)) = (path.as_slice(), value) {
                let name = request["ExpressionAttributeNames"][*name].as_str().unwrap_or(name);
                assigned.insert(name.to_string(), request["ExpressionAttributeValues"][*value].clone());
            }
        }
    }
    assigned.into()
}
