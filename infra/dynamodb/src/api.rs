//! DynamoDB and DynamoDB Streams at the endpoint: their operations, what each needs permission for, and how they refuse a caller.
//!
//! What an operation does, and the other refusals, are the engine's: see `tables`.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html>

mod context;
mod partiql;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use local::service::json_protocol::{self, CORAL, JSON_1_0};
use local::service::{OperationTable, RequiredPermission, ServiceOperation, Target, Unauthenticated, operations};
use stack::policy::Denial;
use stack::{ACCOUNT, REGION, table_arn};

use crate::tables::Tables;
use context::PartitionKeys;

operations! {
    /// What is answered here, nearly all of it by the engine.
    pub(crate) enum DynamoDbOperation {
        BatchExecuteStatement,
        BatchGetItem,
        BatchWriteItem,
        CreateTable,
        DeleteItem,
        DeleteTable,
        DescribeEndpoints,
        DescribeStream,
        DescribeTable,
        DescribeTimeToLive,
        ExecuteStatement,
        ExecuteTransaction,
        GetItem,
        GetRecords,
        GetShardIterator,
        ListStreams,
        ListTables,
        ListTagsOfResource,
        PutItem,
        Query,
        Scan,
        TagResource,
        TransactGetItems,
        TransactWriteItems,
        UntagResource,
        UpdateItem,
        UpdateTable,
        UpdateTimeToLive,
    }
}

/// A call, by the operation that it names.
#[derive(Debug)]
pub(crate) struct DynamoDbRequest {
    target: Target<DynamoDbOperation>,
    /// Where it is written what a table's partition key is; without them none is known.
    tables: Option<Tables>,
}

impl DynamoDbRequest {
    /// The call of the operation called `name`, to `tables`.
    pub(crate) fn of(name: &str, tables: Option<Tables>) -> DynamoDbRequest {
        DynamoDbRequest { target: Target::of(name), tables }
    }
}

impl ServiceOperation for DynamoDbRequest {
    fn name(&self) -> &str {
        &self.target.name
    }

    fn permissions(&self, request: &Value) -> Vec<RequiredPermission> {
        let partition_key = |table: &str, index: Option<&str>| self.tables.as_ref()?.partition_key(table, index);
        permissions(&self.target, request, &PartitionKeys(&partition_key))
    }
}

/// What an operation with the body `request` needs.
fn permissions(
    target: &Target<DynamoDbOperation>,
    request: &Value,
    keys: &PartitionKeys<'_>,
) -> Vec<RequiredPermission> {
    use DynamoDbOperation as Op;
    let action = format!("dynamodb:{}", target.name);
    // A request that names no table is refused for its form, before anybody asks whether it may.
    let table = request["TableName"].as_str().map(arn_of);
    let on = |resource: Option<String>| {
        resource.map(|resource| RequiredPermission::new(&action, resource)).into_iter().collect()
    };
    let about_items = |resource: Option<String>| {
        let context = keys.of(&target.name, request["TableName"].as_str().unwrap_or_default(), request);
        let needed = resource.map(|resource| RequiredPermission::new(&action, resource).in_context(context));
        needed.into_iter().collect()
    };
    let arn = |name: &str| Some(request[name].as_str().unwrap_or_default().to_string());
    match target.operation {
        // An index is a resource of its own: permission for the table does not reach it.
        Some(Op::Query | Op::Scan) => match request["IndexName"].as_str() {
            Some(index) => about_items(table.map(|table| format!("{table}/index/{index}"))),
            None => about_items(table),
        },
        Some(Op::BatchGetItem | Op::BatchWriteItem) => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let needed = |(table, entries): (&String, &Value)| {
                let mut context = keys.of(&target.name, table, entries);
                context.keys.push((context::RETURN_CONSUMED_CAPACITY, context::return_consumed_capacity(request)));
                RequiredPermission::new(&action, arn_of(table)).in_context(context)
            };
            tables.map(needed).collect()
        }
        // There is no permission for a transaction: it needs those of what is in it.
        Some(Op::TransactWriteItems | Op::TransactGetItems) => in_transaction(&target.name, request, keys),
        Some(Op::ExecuteStatement) => partiql::needed(request["Statement"].as_str(), None).into_iter().collect(),
        Some(Op::BatchExecuteStatement) => statements(&request["Statements"], None),
        Some(Op::ExecuteTransaction) => statements(&request["TransactStatements"], Some(&target.name)),
        Some(Op::DescribeStream | Op::GetShardIterator) => on(arn("StreamArn")),
        Some(Op::GetRecords) => on(Some(stream_of_iterator(request["ShardIterator"].as_str().unwrap_or_default()))),
        Some(Op::DescribeEndpoints | Op::ListStreams | Op::ListTables) => on(Some("*".to_string())),
        Some(Op::TagResource | Op::UntagResource | Op::ListTagsOfResource) => on(arn("ResourceArn")),
        Some(Op::DeleteItem | Op::GetItem | Op::PutItem | Op::UpdateItem) => about_items(table),
        Some(
            Op::CreateTable
            | Op::DeleteTable
            | Op::DescribeTable
            | Op::DescribeTimeToLive
            | Op::UpdateTable
            | Op::UpdateTimeToLive,
        ) => on(table),
        // The role is asked before the engine says that the operation does not exist.
        None => match target.name.as_str() {
            "" => Vec::new(),
            "DescribeLimits" => on(Some("*".to_string())),
            _ => on(table),
        },
    }
}

/// `AccessDeniedException`: 400 and not 403, and `Message` with a capital, unlike every other error of DynamoDB.
pub(crate) fn denied(denial: &Denial) -> Response {
    let body = json!({ "__type": format!("{CORAL}AccessDeniedException"), "Message": denial.to_string() });
    json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body)
}

/// The refusal of a body that cannot be read.
pub(crate) fn unreadable() -> Response {
    let body = json!({ "__type": format!("{CORAL}SerializationException") });
    json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body)
}

/// `DescribeEndpoints`: where the caller is already, or it would leave the local cloud.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html>
pub(crate) fn describe_endpoints(parts: &Parts) -> Response {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let body = json!({ "Endpoints": [{ "Address": host, "CachePeriodInMinutes": 1440 }] });
    json_protocol::answer(StatusCode::OK, JSON_1_0, &body)
}

/// The refusal of an operation that is not here. DynamoDB says no more than the type, of what it does not have either; whoever asks
/// for one that AWS has should read why it fails.
pub(crate) fn not_here(operation: &str) -> Option<Response> {
    if operation.is_empty() || DynamoDbOperation::of(operation).is_some() {
        return None;
    }
    let known = DynamoDbOperation::ALL.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ");
    let message = format!("The local cloud's DynamoDB does not know {operation}; it answers {known}.");
    let body = json!({ "__type": format!("{CORAL}UnknownOperationException"), "message": message });
    Some(json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body))
}

/// The refusal of a caller that cannot be authenticated.
pub(crate) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    let body = json!({ "__type": format!("{CORAL}{}", why.exception()), "message": why.message() });
    let response = json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body);
    json_protocol::unauthenticated(response, why, request_id)
}

/// Every item of a transaction is asked about by itself; what is asked twice is asked once.
fn in_transaction(name: &str, request: &Value, keys: &PartitionKeys<'_>) -> Vec<RequiredPermission> {
    const INNER: [(&str, &str); 5] = [
        ("Put", "PutItem"),
        ("Update", "UpdateItem"),
        ("Delete", "DeleteItem"),
        ("ConditionCheck", "ConditionCheckItem"),
        ("Get", "GetItem"),
    ];
    let mut needed: Vec<RequiredPermission> = Vec::new();
    for item in request["TransactItems"].as_array().into_iter().flatten() {
        for (kind, operation) in INNER {
            if let Some(table) = item[kind]["TableName"].as_str() {
                let mut context = keys.of(operation, table, &item[kind]);
                context.keys.push((context::ENCLOSING_OPERATION, name.to_string()));
                let one = RequiredPermission::new(format!("dynamodb:{operation}"), arn_of(table)).in_context(context);
                if !needed.contains(&one) {
                    needed.push(one);
                }
            }
        }
    }
    needed
}

/// What the statements of a batch need, or those of the transaction `enclosing`.
fn statements(list: &Value, enclosing: Option<&str>) -> Vec<RequiredPermission> {
    let entries = list.as_array().into_iter().flatten();
    entries.filter_map(|entry| partiql::needed(entry["Statement"].as_str(), enclosing)).collect()
}

/// The stream that a shard iterator belongs to, which it begins with.
fn stream_of_iterator(iterator: &str) -> String {
    match iterator.split_once('|') {
        Some((stream, _)) => stream.to_string(),
        // Not an iterator at all: the engine says so to callers who may read every stream.
        None => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*/stream/*"),
    }
}

/// The ARN of the table that a request names, by its name or by its ARN.
fn arn_of(table: &str) -> String {
    if table.starts_with("arn:") { table.to_string() } else { table_arn(table) }
}

#[cfg(test)]
mod tests;
