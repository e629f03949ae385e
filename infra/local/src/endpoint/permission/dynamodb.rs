//! The permissions that DynamoDB's operations need.

mod partiql;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::Needed;
use crate::stack::{ACCOUNT, REGION, stream_arn, table_arn};

/// What `operation` with the body `request` needs.
pub(super) fn needed(operation: &str, request: &Value) -> Vec<Needed> {
    let action = format!("dynamodb:{operation}");
    // A request that names no table is refused for its form, before anybody asks whether it may.
    let table = request["TableName"].as_str().map(arn_of);
    let on = |resource: Option<String>| resource.map(|resource| Needed::new(&action, resource)).into_iter().collect();
    match operation {
        // An index is a resource of its own: permission for the table does not reach it.
        "Query" | "Scan" => match request["IndexName"].as_str() {
            Some(index) => on(table.map(|table| format!("{table}/index/{index}"))),
            None => on(table),
        },
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(table, _)| Needed::new(&action, arn_of(table))).collect()
        }
        // There is no permission for a transaction: it needs those of what is in it.
        "TransactWriteItems" | "TransactGetItems" => in_transaction(request),
        "ExecuteStatement" => partiql::needed(request["Statement"].as_str()).into_iter().collect(),
        "BatchExecuteStatement" => statements(&request["Statements"]),
        "ExecuteTransaction" => statements(&request["TransactStatements"]),
        "DescribeStream" | "GetShardIterator" => {
            vec![Needed::new(action, request["StreamArn"].as_str().unwrap_or_default())]
        }
        "GetRecords" => {
            vec![Needed::new(action, stream_of_iterator(request["ShardIterator"].as_str().unwrap_or_default()))]
        }
        "ListStreams" | "ListTables" | "DescribeLimits" | "DescribeEndpoints" => vec![Needed::new(action, "*")],
        "TagResource" | "UntagResource" | "ListTagsOfResource" => {
            vec![Needed::new(action, request["ResourceArn"].as_str().unwrap_or_default())]
        }
        "" => Vec::new(),
        _ => on(table),
    }
}

fn in_transaction(request: &Value) -> Vec<Needed> {
    const INNER: [(&str, &str); 5] = [
        ("Put", "dynamodb:PutItem"),
        ("Update", "dynamodb:UpdateItem"),
        ("Delete", "dynamodb:DeleteItem"),
        ("ConditionCheck", "dynamodb:ConditionCheckItem"),
        ("Get", "dynamodb:GetItem"),
    ];
    let mut needed: Vec<Needed> = Vec::new();
    for item in request["TransactItems"].as_array().into_iter().flatten() {
        for (kind, action) in INNER {
            if let Some(table) = item[kind]["TableName"].as_str() {
                let one = Needed::new(action, arn_of(table));
                if !needed.contains(&one) {
                    needed.push(one);
                }
            }
        }
    }
    needed
}

fn statements(list: &Value) -> Vec<Needed> {
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
    use serde_json::json;

    #[track_caller]
    fn check(operation: &str, request: Value, expected: &[(&str, &str)]) {
        let prefix = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/");
        let needed = needed(operation, &request);
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
