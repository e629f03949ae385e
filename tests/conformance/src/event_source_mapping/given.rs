//! What a case about streams sets up: the table, the function's role, the destinations, and the mapping's request.

use std::time::Duration;

use serde_json::{Map, Value, json};
use stack::{Queue, Stack, Table, queue_arn};

use super::stream::key_schema;
use crate::case::{Case, Inexpressible};
use crate::ground::{self, FUNCTION};

pub(super) const TABLE: &str = "board";
pub(super) const QUEUE: &str = "failures";
pub(super) const BUCKET: &str = "failures-of-case";

/// The table, the function and the destinations of `case`. `item` is one that will be written.
pub(super) fn stack(case: &Case, item: &Value) -> Result<Stack, Inexpressible> {
    let mut setup = ground::function(FUNCTION, case.given.get("lambda"), false)?;
    setup.function.role.policies = vec![policy(&case.given)?];
    let view = case.given.get("StreamViewType").or_else(|| case.given.get("stream")?.get("StreamViewType"));
    let (definitions, schema) = key_schema(case.given.get("keys").and_then(Value::as_object), item)?;
    let create = json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": definitions,
        "KeySchema": schema,
        "StreamSpecification": {
            "StreamEnabled": true,
            "StreamViewType": view.cloned().unwrap_or_else(|| json!("NEW_AND_OLD_IMAGES")),
        },
    });
    let table =
        Table { logical_id: "Table".to_string(), name: TABLE.to_string(), create, time_to_live_attribute: None };
    let mut stack =
        Stack { name: "case".to_string(), functions: vec![setup.function], tables: vec![table], ..Stack::default() };
    match destination(&case.given)? {
        Some("sqs") => stack.queues.push(Queue {
            logical_id: "Failures".to_string(),
            name: QUEUE.to_string(),
            visibility_timeout: Duration::from_secs(30),
            message_retention_period: Duration::from_secs(345_600),
            redrive_policy: None,
            policy: None,
        }),
        Some("s3") => stack.buckets.push(bucket()),
        Some(_) | None => {}
    }
    Ok(stack)
}

/// A bucket that the harness can look into without signing.
fn bucket() -> stack::Bucket {
    let arns = [format!("arn:aws:s3:::{BUCKET}"), format!("arn:aws:s3:::{BUCKET}/*")];
    let statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": arns });
    stack::Bucket {
        logical_id: "Failures".to_string(),
        name: BUCKET.to_string(),
        public_access_block: stack::PublicAccessBlock::default(),
        policy: Some(json!({ "Statement": [statement] })),
        policy_logical_id: None,
        website: None,
        cors_rules: Vec::new(),
        versioning: None,
    }
}

/// What the function's role may do: everything, unless the case is about that.
fn policy(given: &Map<String, Value>) -> Result<Value, Inexpressible> {
    if let Some(policy) = given.get("role_policy") {
        return Ok(policy.clone());
    }
    let everything = json!(["*"]);
    let actions = given.get("role_allows").unwrap_or(&everything);
    Ok(json!({ "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] }))
}

/// The items that the case writes; records that it only names get their name as their key.
pub(super) fn items(case: &Case) -> Result<Vec<Value>, Inexpressible> {
    match (case.request.get("put_items"), case.given.get("records")) {
        (Some(Value::Array(items)), None) => Ok(items.clone()),
        (None, Some(Value::Array(names))) => Ok(names.iter().map(|name| json!({ "id": { "S": name } })).collect()),
        _ => Err(Inexpressible::new("records and request.put_items: one of them, a list")),
    }
}

/// The attribute that is the items' key: the one that is called so, or the first text that all of them have.
pub(super) fn key(items: &[Value]) -> Result<String, Inexpressible> {
    let first = items.first().and_then(Value::as_object).ok_or_else(|| Inexpressible::new("a case without items"))?;
    let is_key = |name: &str| items.iter().all(|item| item[name].get("S").is_some());
    let usual = ["my_partition_key", "id", "pk"].into_iter().find(|name| is_key(name)).map(str::to_string);
    let key = usual.or_else(|| first.keys().find(|name| is_key(name)).cloned());
    key.ok_or_else(|| Inexpressible::new("items that share no text attribute as their key"))
}

/// `CreateEventSourceMapping`'s body for `given.esm`.
pub(super) fn mapping(
    given: &Map<String, Value>,
    stream: &str,
    function: &str,
) -> Result<Map<String, Value>, Inexpressible> {
    let empty = Map::new();
    let esm = given.get("esm").and_then(Value::as_object).unwrap_or(&empty);
    let mut request = Map::new();
    request.insert("EventSourceArn".to_string(), json!(stream));
    request.insert("FunctionName".to_string(), json!(function));
    request.insert("StartingPosition".to_string(), json!("TRIM_HORIZON"));
    for (name, value) in esm {
        let (name, value) = match name.as_str() {
            // In cases a list of patterns as JSON; on the wire each is text.
            "FilterCriteria" => {
                let patterns = value.as_array().ok_or_else(|| Inexpressible::new("given.esm.FilterCriteria"))?;
                let filters: Vec<Value> =
                    patterns.iter().map(|pattern| json!({ "Pattern": pattern.to_string() })).collect();
                ("FilterCriteria", json!({ "Filters": filters }))
            }
            "FilterCriteria_raw" => ("FilterCriteria", json!({ "Filters": [{ "Pattern": value }] })),
            "DestinationConfig" => {
                ("DestinationConfig", json!({ "OnFailure": { "Destination": destination_arn(given)? } }))
            }
            other => (other, value.clone()),
        };
        request.insert(name.to_string(), value);
    }
    Ok(request)
}

/// `given.esm.DestinationConfig.OnFailure`: `sqs`, `s3` or `sns`.
fn destination(given: &Map<String, Value>) -> Result<Option<&str>, Inexpressible> {
    let named = given.get("esm").and_then(|esm| esm.pointer("/DestinationConfig/OnFailure"));
    match named.map(|named| (named, named.as_str())) {
        None => Ok(None),
        Some((_, Some(kind))) => Ok(Some(kind)),
        Some((other, None)) => Err(Inexpressible::new(format_args!("given.esm.DestinationConfig.OnFailure: {other}"))),
    }
}

fn destination_arn(given: &Map<String, Value>) -> Result<String, Inexpressible> {
    match destination(given)? {
        Some("sqs") => Ok(queue_arn(QUEUE)),
        Some("s3") => Ok(format!("arn:aws:s3:::{BUCKET}")),
        Some(arn) => Ok(arn.to_string()),
        None => Err(Inexpressible::new("given.esm.DestinationConfig without OnFailure")),
    }
}
