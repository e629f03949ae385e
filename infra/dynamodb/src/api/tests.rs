//! What holds of every operation in DynamoDB's table.

use std::collections::BTreeSet;

use http::HeaderMap;
use local::service::OperationTable;

use super::*;
use crate::tables::{DYNAMODB_TARGET, STREAMS_TARGET, Tables};

#[track_caller]
fn check(operation: &str, request: Value, expected: &[(&str, &str)]) {
    let prefix = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/");
    let needed = DynamoDbRequest::of(operation, None).permissions(&request);
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
    for statement in
        ["SELECT*FROM\"t\"", "/**/select * from t where a='x'", "--x\nSELECT a.b FROM \"t\"", "EXISTS(SELECT * FROM t)"]
    {
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
    for statement in ["", "MERGE t", "SELECT 1", "SELECT * FROM", "UPDATE ?", "SELECT * FROM \"t", "/* SELECT * FROM t"]
    {
        check("ExecuteStatement", json!({ "Statement": statement }), &[("PartiQL*", "*")]);
    }
    check("ListStreams", json!({}), &[("ListStreams", "*")]);
    check("DescribeStream", json!({ "StreamArn": "arn:s" }), &[("DescribeStream", "arn:s")]);
}

/// The actions that IAM knows.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
const ACTIONS: [&str; 28] = [
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeEndpoints",
    "DescribeStream",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
    "ListTables",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];

/// A body in which every operation finds what it is about.
fn body() -> Value {
    let item = json!({ "Put": { "TableName": "board" }, "Get": { "TableName": "board" } });
    let statement = json!({ "Statement": "SELECT * FROM board" });
    json!({
        "TableName": "board", "RequestItems": { "board": {} }, "TransactItems": [item], "StreamArn": "arn:aws:dynamodb:stream",
        "ShardIterator": "", "ResourceArn": "arn:aws:dynamodb:table", "Statement": "SELECT * FROM board",
        "Statements": [statement], "TransactStatements": [statement],
    })
}

#[test]
fn every_operation_has_its_name_and_needs_actions_that_iam_knows() {
    let mut names = BTreeSet::new();
    for operation in DynamoDbOperation::ALL {
        let name = operation.name();
        assert!(names.insert(name), "{name} stands there twice");
        let parsed = DynamoDbRequest::of(name, None);
        assert_eq!(parsed.name(), name);
        let permissions = parsed.permissions(&body());
        assert!(!permissions.is_empty(), "{name} needs no permission");
        for RequiredPermission { action, resource, .. } in permissions {
            let action = action.strip_prefix("dynamodb:").unwrap();
            assert!(ACTIONS.contains(&action), "{name} needs {action}");
            assert!(resource == "*" || resource.starts_with("arn:aws:"), "{name} is done to {resource}");
        }
    }
    assert!(names.iter().is_sorted_by(|a, b| a < b) && names.len() == DynamoDbOperation::ALL.len());
}

#[test]
fn a_name_that_the_table_does_not_have_is_asked_about_all_the_same() {
    let actions = |name: &str| {
        let permissions = DynamoDbRequest::of(name, None).permissions(&body());
        permissions.into_iter().map(|needed| needed.action).collect::<Vec<_>>()
    };
    assert_eq!(actions("RestoreTable"), ["dynamodb:RestoreTable"]);
    assert_eq!(actions("DescribeLimits"), ["dynamodb:DescribeLimits"]);
    assert!(actions("").is_empty());
}

#[tokio::test]
async fn every_operation_is_answered() {
    let tables = Tables::open(None, &[]).await.unwrap();
    // DescribeEndpoints is not asked of the tables: `service` answers it with the address that was called.
    let of_tables = DynamoDbOperation::ALL.iter().map(|operation| operation.name());
    for name in of_tables.filter(|name| *name != "DescribeEndpoints") {
        let of_streams = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].contains(&name);
        let version = if of_streams { STREAMS_TARGET } else { DYNAMODB_TARGET };
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", format!("{version}.{name}").parse().unwrap());
        headers.insert("content-type", JSON_1_0.parse().unwrap());
        let answer = tables.answer(&headers, "{}".into()).await;
        let said = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(!said.contains("UnknownOperationException"), "{name}: {said}");
    }
}

#[tokio::test]
async fn an_operation_that_is_not_here_says_which_are() {
    let refusal = not_here("CreateBackup").unwrap();
    assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
    let body = axum::body::to_bytes(refusal.into_body(), 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["__type"], "com.amazon.coral.service#UnknownOperationException");
    let message = body["message"].as_str().unwrap();
    assert!(
        message.starts_with("The local cloud's DynamoDB does not know CreateBackup; it answers Batch"),
        "{message}"
    );
    assert!(DynamoDbOperation::ALL.iter().all(|operation| not_here(operation.name()).is_none()));
    assert!(not_here("").is_none(), "the engine says what is wrong with a call that names nothing");
}

#[tokio::test]
async fn a_caller_that_asks_for_endpoints_stays_where_it_is() {
    let request = http::Request::builder().header("host", "127.0.0.1:4003").body(()).unwrap();
    let answer = describe_endpoints(&request.into_parts().0);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let expected = json!({ "Endpoints": [{ "Address": "127.0.0.1:4003", "CachePeriodInMinutes": 1440 }] });
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
}

#[test]
fn every_item_of_a_transaction_is_asked_about_by_itself() {
    let put = |title: &str| json!({ "Put": { "TableName": "t", "Item": { "pk": { "S": "a" }, title: { "S": "x" } } } });
    let request = json!({ "TransactItems": [put("title"), put("title"), put("body")] });
    let needed = DynamoDbRequest::of("TransactWriteItems", None).permissions(&request);
    assert_eq!(needed.len(), 2, "{needed:?}");
    let enclosing = ("dynamodb:EnclosingOperation", "TransactWriteItems".to_string());
    assert!(needed.iter().all(|one| one.context.keys.contains(&enclosing)), "{needed:?}");
    let statement = json!({ "TransactStatements": [{ "Statement": "SELECT * FROM t WHERE pk = 'a'" }] });
    let needed = DynamoDbRequest::of("ExecuteTransaction", None).permissions(&statement);
    assert!(needed[0].context.unknown_keys.contains(&"dynamodb:LeadingKeys"), "{needed:?}");
    assert_eq!(needed[0].context.keys, [("dynamodb:EnclosingOperation", "ExecuteTransaction".to_string())]);
}

#[tokio::test]
async fn the_partition_keys_of_tables_and_indexes_are_known() {
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("author")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "GlobalSecondaryIndexes": [{ "IndexName": "byAuthor", "KeySchema": [key("author", "HASH")], "Projection": { "ProjectionType": "ALL" } }] });
    let table = stack::Table { logical_id: "Board".into(), name: "board".into(), create, time_to_live_attribute: None };
    let tables = Tables::open(None, &[table]).await.unwrap();
    assert_eq!(tables.partition_key("board", None).as_deref(), Some("pk"));
    assert_eq!(tables.partition_key("board", Some("byAuthor")).as_deref(), Some("author"));
    assert_eq!(tables.partition_key("board", Some("byTitle")), None);
    assert_eq!(tables.partition_key("nowhere", None), None);
}
