//! DynamoDB and DynamoDB Streams at the endpoint: their operations, what each needs permission for, and how they refuse a caller.
//!
//! What an operation does, and the other refusals, are the engine's: see `dynamodb`.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html>

mod partiql;

use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::authentication::Unauthenticated;
use super::json_protocol::{self, CORAL, JSON_1_0};
use super::operation::{RequiredPermission, Target, operations};
use stack::policy::Denial;
use stack::{ACCOUNT, REGION, stream_arn, table_arn};

operations! {
    /// What the engine answers, of tables and of their streams.
    pub(super) enum DynamoDbOperation {
        BatchExecuteStatement,
        BatchGetItem,
        BatchWriteItem,
        CreateTable,
        DeleteItem,
        DeleteTable,
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

/// What an operation with the body `request` needs.
pub(super) fn permissions(target: &Target<DynamoDbOperation>, request: &Value) -> Vec<RequiredPermission> {
    use DynamoDbOperation as Op;
    let action = format!("dynamodb:{}", target.name);
    // A request that names no table is refused for its form, before anybody asks whether it may.
    let table = request["TableName"].as_str().map(arn_of);
    let on = |resource: Option<String>| {
        resource.map(|resource| RequiredPermission::new(&action, resource)).into_iter().collect()
    };
    let arn = |name: &str| Some(request[name].as_str().unwrap_or_default().to_string());
    match target.operation {
        // An index is a resource of its own: permission for the table does not reach it.
        Some(Op::Query | Op::Scan) => match request["IndexName"].as_str() {
            Some(index) => on(table.map(|table| format!("{table}/index/{index}"))),
            None => on(table),
        },
        Some(Op::BatchGetItem | Op::BatchWriteItem) => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(table, _)| RequiredPermission::new(&action, arn_of(table))).collect()
        }
        // There is no permission for a transaction: it needs those of what is in it.
        Some(Op::TransactWriteItems | Op::TransactGetItems) => in_transaction(request),
        Some(Op::ExecuteStatement) => partiql::needed(request["Statement"].as_str()).into_iter().collect(),
        Some(Op::BatchExecuteStatement) => statements(&request["Statements"]),
        Some(Op::ExecuteTransaction) => statements(&request["TransactStatements"]),
        Some(Op::DescribeStream | Op::GetShardIterator) => on(arn("StreamArn")),
        Some(Op::GetRecords) => on(Some(stream_of_iterator(request["ShardIterator"].as_str().unwrap_or_default()))),
        Some(Op::ListStreams | Op::ListTables) => on(Some("*".to_string())),
        Some(Op::TagResource | Op::UntagResource | Op::ListTagsOfResource) => on(arn("ResourceArn")),
        Some(
            Op::CreateTable
            | Op::DeleteItem
            | Op::DeleteTable
            | Op::DescribeTable
            | Op::DescribeTimeToLive
            | Op::GetItem
            | Op::PutItem
            | Op::UpdateItem
            | Op::UpdateTable
            | Op::UpdateTimeToLive,
        ) => on(table),
        // The role is asked before the engine says that there is no such operation.
        None => match target.name.as_str() {
            "" => Vec::new(),
            "DescribeLimits" | "DescribeEndpoints" => on(Some("*".to_string())),
            _ => on(table),
        },
    }
}

/// `AccessDeniedException`: 400 and not 403, and `Message` with a capital, unlike every other error of DynamoDB.
pub(super) fn denied(denial: &Denial) -> Response {
    let body = json!({ "__type": format!("{CORAL}AccessDeniedException"), "Message": denial.to_string() });
    json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body)
}

/// The refusal of a body that cannot be read.
pub(super) fn unreadable() -> Response {
    let body = json!({ "__type": format!("{CORAL}SerializationException") });
    json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body)
}

/// The refusal of a caller who has no proof.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    let body = json!({ "__type": format!("{CORAL}{}", why.exception()), "message": why.message() });
    let response = json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_0, &body);
    json_protocol::unauthenticated(response, why, request_id)
}

fn in_transaction(request: &Value) -> Vec<RequiredPermission> {
    const INNER: [(&str, &str); 5] = [
        ("Put", "dynamodb:PutItem"),
        ("Update", "dynamodb:UpdateItem"),
        ("Delete", "dynamodb:DeleteItem"),
        ("ConditionCheck", "dynamodb:ConditionCheckItem"),
        ("Get", "dynamodb:GetItem"),
    ];
    let mut needed: Vec<RequiredPermission> = Vec::new();
    for item in request["TransactItems"].as_array().into_iter().flatten() {
        for (kind, action) in INNER {
            if let Some(table) = item[kind]["TableName"].as_str() {
                let one = RequiredPermission::new(action, arn_of(table));
                if !needed.contains(&one) {
                    needed.push(one);
                }
            }
        }
    }
    needed
}

fn statements(list: &Value) -> Vec<RequiredPermission> {
    list.as_array().into_iter().flatten().filter_map(|entry| partiql::needed(entry["Statement"].as_str())).collect()
}

/// The stream that a shard iterator belongs to. Iterators are the engine's: base64 of a JSON object that names the table.
fn stream_of_iterator(iterator: &str) -> String {
    let decoded = BASE64_STANDARD.decode(iterator).ok();
    let fields: Value = decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    match fields["table_name"].as_str() {
        Some(table) => stream_arn(table),
        // No iterator at all: the engine will say so to whoever may read every stream.
        None => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*/stream/*"),
    }
}

/// The ARN of the table that a request names, by its name or by its ARN.
fn arn_of(table: &str) -> String {
    if table.starts_with("arn:") { table.to_string() } else { table_arn(table) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(operation: &str, request: Value, expected: &[(&str, &str)]) {
        let prefix = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/");
        let needed = permissions(&Target::of(operation), &request);
        let needed: Vec<(String, String)> = needed
            .into_iter()
            .map(|one| (one.action.replace("dynamodb:", ""), one.resource.replace(&prefix, "")))
            .collect();
        let expected: Vec<(String, String)> = expected.iter().map(|(a, r)| (a.to_string(), r.to_string())).collect();
        assert_eq!(needed, expected, "{operation} {request}");
    }

    #[test]
    fn every_operation_names_its_actions_and_resources() {
        check("PutItem", json!({ "TableName": "t" }), &[("PutItem", "t")]);
        check(
            "PutItem",
            json!({ "TableName": "arn:aws:dynamodb:r:1:table/t" }),
            &[("PutItem", "arn:aws:dynamodb:r:1:table/t")],
        );
        check("Query", json!({ "TableName": "t", "IndexName": "i" }), &[("Query", "t/index/i")]);
        check("Scan", json!({ "TableName": "t" }), &[("Scan", "t")]);
        check("GetItem", json!({ "TableNaeme": "t" }), &[]);
        check(
            "BatchGetItem",
            json!({ "RequestItems": { "a": {}, "b": {} } }),
            &[("BatchGetItem", "a"), ("BatchGetItem", "b")],
        );
        let items = json!([{ "Put": { "TableName": "t" } }, { "Put": { "TableName": "t" } }, { "Delete": { "TableName": "u" } },
            { "ConditionCheck": { "TableName": "t" } }]);
        check(
            "TransactWriteItems",
            json!({ "TransactItems": items }),
            &[("PutItem", "t"), ("DeleteItem", "u"), ("ConditionCheckItem", "t")],
        );
        check("TransactGetItems", json!({ "TransactItems": [{ "Get": { "TableName": "t" } }] }), &[("GetItem", "t")]);
        check(
            "ExecuteStatement",
            json!({ "Statement": "select * from \"t\".\"i\" where pk = 'x'" }),
            &[("PartiQLSelect", "t/index/i")],
        );
        check("ExecuteStatement", json!({ "Statement": "UPDATE t SET a = 1" }), &[("PartiQLUpdate", "t")]);
        for statement in [
            "SELECT*FROM\"t\"",
            "/**/select * from t where a='x'",
            "--x\nSELECT a.b FROM \"t\"",
            "EXISTS(SELECT * FROM t)",
        ] {
            check("ExecuteStatement", json!({ "Statement": statement }), &[("PartiQLSelect", "t")]);
        }
        check(
            "ExecuteStatement",
            json!({ "Statement": "SELECT ' FROM \"u\"' FROM\"t\".\"i\"" }),
            &[("PartiQLSelect", "t/index/i")],
        );
        check("ExecuteStatement", json!({ "Statement": "UPDATE\"t\" SET a=1" }), &[("PartiQLUpdate", "t")]);
        check("ExecuteStatement", json!({ "Statement": "INSERT INTO\"t\"VALUE {}" }), &[("PartiQLInsert", "t")]);
        check("ExecuteStatement", json!({ "Statement": "DELETE FROM't'WHERE a=1" }), &[("PartiQLDelete", "t")]);
        // A statement that cannot be read is not permitted.
        for statement in
            ["", "MERGE t", "SELECT 1", "SELECT * FROM", "UPDATE ?", "SELECT * FROM \"t", "/* SELECT * FROM t"]
        {
            check("ExecuteStatement", json!({ "Statement": statement }), &[("PartiQL*", "*")]);
        }
        check("ListStreams", json!({}), &[("ListStreams", "*")]);
        check("DescribeStream", json!({ "StreamArn": "arn:s" }), &[("DescribeStream", "arn:s")]);
    }
}
