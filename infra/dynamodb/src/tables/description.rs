//! What the service says of a table and the engine does not: settings that nobody changed, and how little is left of a table that
//! is deleted.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>

use dynoxide::TableMetadata;
use serde_json::{Map, Value, json};

use super::stream::closed::is_closed;
use stack::{STREAM_LABEL, stream_arn};

/// What a table can take at once from its first moment on, on demand: reads and writes a second.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html>
const ON_DEMAND: (u64, u64) = (12_000, 4_000);
/// What the answer to `DeleteTable` leaves out.
const GONE: [&str; 7] = [
    "AttributeDefinitions",
    "CreationDateTime",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "TableThroughputModeSummary",
];

/// The engine's answer to `operation` as the service gives it. `view_type` is that of the table's stream, and `metadata` what the engine
/// knows of the table.
pub(super) fn complete(operation: &str, answer: &mut Value, metadata: Option<&TableMetadata>, view_type: Option<&str>) {
    let name = if operation == "DescribeTable" { "Table" } else { "TableDescription" };
    let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) else { return };
    table.entry("DeletionProtectionEnabled").or_insert(json!(false));
    let stream = table.get_mut("StreamSpecification").and_then(Value::as_object_mut);
    if let (Some(view_type), Some(stream)) = (view_type, stream) {
        stream.insert("StreamViewType".into(), json!(view_type));
    }
    // The latest stream is named after it was switched off, too.
    // <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>
    if let Some(metadata) = metadata.filter(|metadata| is_closed(metadata)) {
        table.insert("LatestStreamArn".into(), json!(stream_arn(&metadata.table_name)));
        table.insert("LatestStreamLabel".into(), json!(STREAM_LABEL));
    }
    match operation {
        "DeleteTable" => {
            is_on_demand(table);
            GONE.iter().for_each(|name| drop(table.remove(*name)));
        }
        "DescribeTable" => described(table),
        _ => {}
    }
}

/// Whether a table is paid for on demand; then it says since when.
fn is_on_demand(table: &mut Map<String, Value>) -> bool {
    let created = table.get("CreationDateTime").cloned();
    let Some(billing) = table.get_mut("BillingModeSummary").and_then(Value::as_object_mut) else { return false };
    let on_demand = billing.get("BillingMode").is_some_and(|mode| mode == "PAY_PER_REQUEST");
    if let Some(created) = created.filter(|_| on_demand) {
        billing.entry("LastUpdateToPayPerRequestDateTime").or_insert(created);
    }
    on_demand
}

fn described(table: &mut Map<String, Value>) {
    let on_demand = is_on_demand(table);
    warm(table, on_demand);
    for index in table.get_mut("GlobalSecondaryIndexes").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(index) = index.as_object_mut() {
            warm(index, on_demand);
        }
    }
}

/// What a table or an index can take at once.
fn warm(table: &mut Map<String, Value>, on_demand: bool) {
    let provisioned =
        |name: &str| table.get("ProvisionedThroughput").and_then(|given| given[name].as_u64()).unwrap_or_default();
    let (reads, writes) = match on_demand {
        true => ON_DEMAND,
        false => (provisioned("ReadCapacityUnits"), provisioned("WriteCapacityUnits")),
    };
    let throughput = json!({ "ReadUnitsPerSecond": reads, "WriteUnitsPerSecond": writes, "Status": "ACTIVE" });
    table.entry("WarmThroughput").or_insert(throughput);
}
