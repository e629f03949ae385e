//! Stream records themselves: what one write puts into the stream.

use dynamodb::DynamoDb;
use dynamodb::stream::ShardIteratorType;
use local::cloud::Cloud;
use serde_json::{Map, Value, json};

use super::given::{self, TABLE};
use super::put;
use crate::case::{Case, Inexpressible, only_known};
use crate::ground::Ground;
use crate::observed::Observed;

/// Writes, and reads the stream from its start.
pub(super) async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["keys", "new", "old", "StreamViewType", "stream", "item_before"])?;
    only_known("request", &case.request, &["put_items"])?;
    let given = |name: &str| case.given.get(name).filter(|value| !value.is_null());
    let before = given("old").or(given("item_before"));
    let items = case.request.get("put_items").and_then(Value::as_array).cloned().unwrap_or_default();
    let sample = given("keys").or(before).or(given("new")).or(items.first()).cloned().unwrap_or_default();
    let cloud = ground.boot(given::stack(case, &sample)?).await?;
    if let Some(item) = before {
        put(&cloud, item).await?;
    }
    let earlier = records(&cloud)?.len();
    match (given("new"), given("keys")) {
        (Some(item), _) => put(&cloud, item).await?,
        (None, Some(keys)) if given("old").is_some() => delete(&cloud, keys).await?,
        _ => {}
    }
    for item in &items {
        put(&cloud, item).await?;
    }
    let records = records(&cloud)?;
    cloud.shutdown().await;
    let written = records.get(earlier..).unwrap_or_default();
    let mut observed = Observed::default().with("stream_records", written.len());
    let names: Vec<&Value> = written.iter().map(|record| &record["eventName"]).collect();
    observed = observed.with("event_names", json!(names));
    if let Some(record) = written.last() {
        observed.event = Some(json!({ "Records": [record] }));
        observed = observed.with("SizeBytes", record["dynamodb"]["SizeBytes"].clone());
    }
    Ok(observed)
}

async fn delete(cloud: &Cloud, keys: &Value) -> Result<(), Inexpressible> {
    let request = json!({ "TableName": TABLE, "Key": keys });
    DynamoDb::of(cloud).tables().call("DeleteItem", &request).await.map(|_| ()).map_err(Inexpressible::new)
}

fn records(cloud: &Cloud) -> Result<Vec<Value>, Inexpressible> {
    let shard = DynamoDb::of(cloud).tables().shard(TABLE).map_err(Inexpressible::new)?;
    let iterator = DynamoDb::of(cloud)
        .tables()
        .shard_iterator(&shard, ShardIteratorType::TrimHorizon)
        .map_err(Inexpressible::new)?;
    DynamoDb::of(cloud).tables().records(&shard, &iterator, 1_000).map(|read| read.records).map_err(Inexpressible::new)
}

/// The attributes of `item` that make its key: those of `given.keys`, or the first that is text.
pub(super) fn key_schema(keys: Option<&Map<String, Value>>, item: &Value) -> Result<(Value, Value), Inexpressible> {
    let names: Vec<String> = match keys {
        Some(keys) => keys.keys().cloned().collect(),
        None => vec![given::key(std::slice::from_ref(item))?],
    };
    let kind =
        |name: &str| item[name].as_object().and_then(|typed| typed.keys().next().cloned()).unwrap_or("S".to_string());
    let definitions: Vec<Value> =
        names.iter().map(|name| json!({ "AttributeName": name, "AttributeType": kind(name) })).collect();
    let kinds = ["HASH", "RANGE"];
    let schema: Vec<Value> =
        names.iter().zip(kinds).map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind })).collect();
    Ok((json!(definitions), json!(schema)))
}
