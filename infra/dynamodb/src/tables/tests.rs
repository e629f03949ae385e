//! The deepest and oddest that a caller can send to a table: every answer is one of the service's, and the process lives.

mod cases;
mod fuzz;
mod life;
mod order;

use serde_json::json;

use super::*;

fn table() -> Table {
    Table {
        logical_id: "Deep".to_string(),
        name: "deep".to_string(),
        create: json!({
            "TableName": "deep",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        }),
        time_to_live_attribute: None,
    }
}

/// A table with one item, of which `a` is less than `b`, on threads with this much stack.
async fn tables(stack: usize) -> Tables {
    let tables = Tables::with_stack(None, &[table()], stack).await.unwrap();
    let item = json!({ "pk": { "S": "x" }, "a": { "N": "1" }, "b": { "N": "2" }, "l": { "L": [{ "N": "1" }] } });
    tables.call("PutItem", &json!({ "TableName": "deep", "Item": item })).await.unwrap();
    tables
}

/// The status and the text of an answer to a body that need not be JSON. Fails if it is not an answer of the service.
async fn answer(tables: &Tables, operation: &str, body: impl Into<Bytes>) -> (StatusCode, String) {
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-target", HeaderValue::from_str(&format!("{DYNAMODB_TARGET}.{operation}")).unwrap());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    let body = body.into();
    let answer = tables.answer(&headers, body.clone()).await;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let shown: String = String::from_utf8_lossy(&body).chars().take(200).collect();
    let is_refusal = answer.status() == 400 && text.contains("\"__type\":\"com.amazon");
    assert!(answer.status() == 200 || is_refusal, "{operation} {shown}: {} {text}", answer.status());
    (answer.status(), text)
}

/// Every kind of nesting that an expression of 4,096 bytes has room for.
fn nested_expressions() -> Vec<String> {
    let filled = |start: &str, step: &str, middle: &str, end: &str| {
        let levels = (4096 - start.len() - middle.len()) / (step.len() + end.len());
        format!("{start}{}{middle}{}", step.repeat(levels), end.repeat(levels))
    };
    vec![
        filled("", "(", "", ""),
        filled("", "(", "a<b", ")"),
        filled("", "((", "a<b", "))"),
        filled("", "a<b or (", "a<b", ")"),
        filled("", "a<b or (", "", ""),
        filled("", "NOT ", "a<b", ""),
        filled("", "NOT (", "a<b", ")"),
        filled("", "(NOT ", "", ""),
        filled("a < ", "f(", "b", ")"),
        filled("a < ", "size(", "b", ")"),
        filled("", "attribute_exists(", "b", ")"),
        filled("a IN ", "(", "", ""),
        filled("a", ".a", "", ""),
        filled("a", "[0]", "", ""),
        filled("a", "[", "", "]"),
        filled("pk = ", "(", ":v", ")"),
        filled("", "(", "pk = :v", ")"),
        filled("SET a = ", "(", "b", ")"),
        filled("SET a = ", "if_not_exists(a, ", "b", ")"),
        filled("SET a = ", "list_append(l, ", "l", ")"),
        filled("SET a = ", "(a + ", "b", ")"),
        filled("SET a = a", " + a", "", ""),
        filled("SET a = ", "-", "b", ""),
        filled("SET ", "(", "", ""),
        filled("REMOVE ", "a[", "", ""),
        filled("ADD a ", "(", ":v", ")"),
    ]
}

/// A value with a leaf in so many maps or lists, as text, for a value of any depth.
fn nested_value(open: &str, close: &str, levels: usize) -> String {
    format!("{}{{\"S\":\"x\"}}{}", open.repeat(levels), close.repeat(levels))
}

/// Requests with `expression` in each place that takes one.
fn requests_with(expression: &str) -> Vec<(&'static str, Value)> {
    let key = json!({ "pk": { "S": "x" } });
    let values = json!({ ":v": { "S": "x" } });
    let base = |more: Value| {
        let mut request = json!({ "TableName": "deep" });
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    };
    let part = |kind: &str, more: Value| json!({ "TransactItems": [{ kind: base(more) }] });
    vec![
        ("UpdateItem", base(json!({ "Key": key, "UpdateExpression": expression }))),
        (
            "UpdateItem",
            base(json!({ "Key": key, "UpdateExpression": expression, "ExpressionAttributeValues": values })),
        ),
        ("UpdateItem", base(json!({ "Key": key, "ConditionExpression": expression }))),
        ("PutItem", base(json!({ "Item": key, "ConditionExpression": expression }))),
        ("DeleteItem", base(json!({ "Key": { "pk": { "S": "none" } }, "ConditionExpression": expression }))),
        ("GetItem", base(json!({ "Key": key, "ProjectionExpression": expression }))),
        ("Scan", base(json!({ "FilterExpression": expression }))),
        ("Scan", base(json!({ "ProjectionExpression": expression }))),
        ("Query", base(json!({ "KeyConditionExpression": expression, "ExpressionAttributeValues": values }))),
        (
            "Query",
            base(json!({
                "KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": values, "FilterExpression": expression,
            })),
        ),
        ("BatchGetItem", json!({ "RequestItems": { "deep": { "Keys": [key], "ProjectionExpression": expression } } })),
        ("TransactGetItems", part("Get", json!({ "Key": key, "ProjectionExpression": expression }))),
        ("TransactWriteItems", part("Update", json!({ "Key": key, "UpdateExpression": expression }))),
        ("TransactWriteItems", part("ConditionCheck", json!({ "Key": key, "ConditionExpression": expression }))),
        ("TransactWriteItems", part("Put", json!({ "Item": key, "ConditionExpression": expression }))),
        ("ExecuteStatement", json!({ "Statement": format!("SELECT * FROM deep WHERE {expression}") })),
        ("ExecuteStatement", json!({ "Statement": expression })),
        ("BatchExecuteStatement", json!({ "Statements": [{ "Statement": expression }] })),
        ("ExecuteTransaction", json!({ "TransactStatements": [{ "Statement": expression }] })),
    ]
}

/// Bodies with a value of `levels` levels in each place that takes one.
fn bodies_with(levels: usize) -> Vec<(&'static str, String)> {
    let mut bodies = Vec::new();
    for (open, close) in [("{\"M\":{\"a\":", "}}"), ("{\"L\":[", "]}"), ("[", "]"), ("{\"a\":", "}")] {
        let value = nested_value(open, close, levels);
        let key = r#""Key":{"pk":{"S":"x"}}"#;
        let table = r#""TableName":"deep""#;
        let condition = format!(r#"{{"a":{{"ComparisonOperator":"EQ","AttributeValueList":[{value}]}}}}"#);
        bodies.extend([
            ("PutItem", format!(r#"{{{table},"Item":{{"pk":{{"S":"x"}},"v":{value}}}}}"#)),
            ("PutItem", format!(r#"{{{table},"Item":{{"pk":{value}}}}}"#)),
            ("GetItem", format!(r#"{{{table},"Key":{{"pk":{value}}}}}"#)),
            (
                "UpdateItem",
                format!(r#"{{{table},{key},"AttributeUpdates":{{"v":{{"Action":"PUT","Value":{value}}}}}}}"#),
            ),
            ("UpdateItem", format!(r#"{{{table},{key},"Expected":{{"v":{{"Value":{value}}}}}}}"#)),
            (
                "UpdateItem",
                format!(
                    r#"{{{table},{key},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{{":v":{value}}}}}"#
                ),
            ),
            ("Scan", format!(r#"{{{table},"ScanFilter":{condition}}}"#)),
            ("Scan", format!(r#"{{{table},"ExclusiveStartKey":{{"pk":{value}}}}}"#)),
            ("Query", format!(r#"{{{table},"KeyConditions":{condition},"QueryFilter":{condition}}}"#)),
            (
                "BatchWriteItem",
                format!(
                    r#"{{"RequestItems":{{"deep":[{{"PutRequest":{{"Item":{{"pk":{{"S":"x"}},"v":{value}}}}}}}]}}}}"#
                ),
            ),
            (
                "TransactWriteItems",
                format!(r#"{{"TransactItems":[{{"Put":{{{table},"Item":{{"pk":{{"S":"x"}},"v":{value}}}}}}}]}}"#),
            ),
            ("ExecuteStatement", format!(r#"{{"Statement":"SELECT * FROM deep WHERE v = ?","Parameters":[{value}]}}"#)),
            ("GetShardIterator", format!(r#"{{"StreamArn":{value}}}"#)),
            ("DescribeTable", value.clone()),
            ("CreateTable", format!(r#"{{{table},"KeySchema":{value}}}"#)),
        ]);
    }
    bodies
}

/// A quarter of the stack that the engine has, in this build, which is a debug build as a rule.
#[tokio::test]
async fn the_worst_that_the_bounds_let_through_fits_a_quarter_of_the_stack() {
    let tables = tables(engine::STACK / 4).await;
    for expression in nested_expressions() {
        assert!(expression.len() <= 4096);
        for (operation, request) in requests_with(&expression) {
            answer(&tables, operation, request.to_string()).await;
        }
    }
    for statement in [
        format!("SELECT * FROM deep WHERE {}", "(".repeat(8_100)),
        format!("SELECT * FROM deep WHERE {}a < 1", "NOT ".repeat(299)),
        format!("SELECT * FROM deep WHERE {}a < 1", "NOT ".repeat(2_000)),
        format!("SELECT * FROM deep WHERE a = {}1{}", "[".repeat(4_000), "]".repeat(4_000)),
        format!("INSERT INTO deep VALUE {}1{}", "{'a':".repeat(1_300), "}".repeat(1_300)),
        format!("UPDATE deep SET a = {}1 WHERE pk = 'x'", "a + ".repeat(2_000)),
        format!("UPDATE deep SET a{} = 1 WHERE pk = 'x'", ".a".repeat(4_000)),
    ] {
        answer(&tables, "ExecuteStatement", json!({ "Statement": statement }).to_string()).await;
    }
    for levels in [10, 31, 32, 33, 60, 120, 1_900, 2_100, 100_000] {
        for (operation, body) in bodies_with(levels) {
            answer(&tables, operation, body).await;
        }
    }
}

#[tokio::test]
async fn what_the_service_accepts_is_accepted_and_the_next_size_is_not() {
    let tables = tables(engine::STACK).await;
    let update = |condition: String| {
        json!({
            "TableName": "deep", "Key": { "pk": { "S": "x" } },
            "UpdateExpression": "SET z = a", "ConditionExpression": condition,
        })
        .to_string()
    };
    let nested = |levels: usize| format!("a<b {}{}", "or (a<b ".repeat(levels), ")".repeat(levels));
    for accepted in [nested(149), format!("{}a<b", "NOT ".repeat(260)), format!("a{}<b", " ".repeat(4_093))] {
        let answered = answer(&tables, "UpdateItem", update(accepted.clone())).await;
        assert_eq!(answered.0, StatusCode::OK, "{accepted}: {}", answered.1);
    }
    let refusals = [
        (nested(150), "ConditionExpression: The expression contains too many operators; operator count: 301"),
        ("(".repeat(4_000), "Invalid ConditionExpression: Syntax error;"),
        (format!("a{}<b", " ".repeat(4_094)), "Invalid ConditionExpression: Expression size has exceeded the maximum"),
        ("(".repeat(4_000_000), "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size;"),
    ];
    for (refused, why) in refusals {
        let (status, text) = answer(&tables, "UpdateItem", update(refused)).await;
        assert!(
            status == StatusCode::BAD_REQUEST && text.contains("#ValidationException") && text.contains(why),
            "{text}"
        );
    }
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
    let tables = tables(engine::STACK).await;
    let mut puts = tokio::task::JoinSet::new();
    for number in 0..200 {
        let tables = tables.clone();
        puts.spawn(async move {
            let item = json!({ "TableName": "deep", "Item": { "pk": { "S": number.to_string() } } });
            tables.call("PutItem", &item).await.map(drop)
        });
    }
    assert!(puts.join_all().await.iter().all(Result::is_ok));
    let scanned = tables.call("Scan", &json!({ "TableName": "deep", "Select": "COUNT" })).await.unwrap();
    assert_eq!(scanned["Count"], 201);
}

#[tokio::test]
async fn no_web_page_is_admitted_whatever_it_says_of_itself() {
    let tables = tables(engine::STACK).await;
    let mut headers = HeaderMap::new();
    let json = ("content-type", "application/x-amz-json-1.0");
    for (name, value) in
        [json, ("origin", "http://evil.example"), ("connection", "close"), ("transfer-encoding", "chunked")]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let answer = tables.answer(&headers, Bytes::from_static(b"{}")).await;
    assert_eq!(answer.status(), 400);
    assert!(!answer.headers().contains_key("access-control-allow-origin"), "{:?}", answer.headers());
}

/// The file is free as soon as the threads have seen that nobody calls any more.
#[tokio::test]
async fn tables_that_are_dropped_let_go_of_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tables.sqlite");
    for _ in 0..3 {
        let tables = Tables::open(Some(&file), &[table()]).await.unwrap();
        tables.call("PutItem", &json!({ "TableName": "deep", "Item": { "pk": { "S": "x" } } })).await.unwrap();
        drop(tables);
    }
    // The last one to close the file takes the log of what was written with it.
    let log = folder.path().join("tables.sqlite-wal");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while log.exists() {
        assert!(std::time::Instant::now() < deadline, "somebody still holds the file");
        tokio::task::yield_now().await;
    }
}

/// A page that is put together from what the engine read, and one that is read again because its request says more about the answer.
#[tokio::test]
async fn a_page_is_the_same_whichever_way_it_is_read() {
    let create = json!({
        "TableName": "long",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "N" },
        ],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let long = Table { name: "long".to_string(), create, ..table() };
    let tables = Tables::open(None, &[long]).await.unwrap();
    // Two and a half pages.
    for batch in (0..675).collect::<Vec<u32>>().chunks(25) {
        let put = |n: &u32| json!({ "PutRequest": { "Item": { "pk": { "S": "a" }, "sk": { "N": n.to_string() }, "a-longer-name": { "S": "e".repeat(4000) } } } });
        let puts: Vec<Value> = batch.iter().map(put).collect();
        tables.call("BatchWriteItem", &json!({ "RequestItems": { "long": puts } })).await.unwrap();
    }
    let query = json!({ "KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": { ":a": { "S": "a" } } });
    for (operation, more) in [
        ("Scan", json!({})),
        ("Query", query.clone()),
        ("Query", json!({ "ScanIndexForward": false, "ConsistentRead": true })),
        ("Scan", json!({ "Limit": 200 })),
        ("Scan", json!({ "Limit": 259 })),
        ("Scan", json!({ "Limit": 300, "ReturnConsumedCapacity": "TOTAL" })),
    ] {
        let mut request = json!({ "TableName": "long", "ReturnConsumedCapacity": "TOTAL" });
        let fields = request.as_object_mut().unwrap();
        if operation == "Query" {
            fields.extend(query.as_object().unwrap().clone());
        }
        fields.extend(more.as_object().unwrap().clone());
        let mut read = 0;
        loop {
            let page = tables.call(operation, &request).await.unwrap();
            let mut other = request.clone();
            other["Select"] = "ALL_ATTRIBUTES".into();
            let again = tables.call(operation, &other).await.unwrap();
            for name in ["Count", "ScannedCount", "LastEvaluatedKey", "ConsumedCapacity"] {
                assert_eq!(page[name], again[name], "{operation} {more}, after {read}: {name}");
            }
            assert!(page["Items"] == again["Items"], "{operation} {more}, after {read}: other items");
            read += page["Items"].as_array().unwrap().len();
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
            if request["ExclusiveStartKey"].is_null() {
                break;
            }
        }
        assert_eq!(read, 675, "{operation} {more}");
    }
}

/// More items than the engine is asked for at first, and far fewer bytes than a page holds: what comes back is what was asked for, once.
#[tokio::test]
async fn a_page_of_many_short_items_is_whole() {
    let tables = Tables::open(None, &[table()]).await.unwrap();
    for batch in (0..600).collect::<Vec<u32>>().chunks(25) {
        let put = |n: &u32| json!({ "PutRequest": { "Item": { "pk": { "S": format!("{n:03}") }, "third": { "BOOL": n.is_multiple_of(3) } } } });
        let puts: Vec<Value> = batch.iter().map(put).collect();
        tables.call("BatchWriteItem", &json!({ "RequestItems": { "deep": puts } })).await.unwrap();
    }
    let third = json!({ "FilterExpression": "third = :t", "ExpressionAttributeValues": { ":t": { "BOOL": true } } });
    // In the order of their hashes.
    let mut keys: Vec<u32> = (0..600).collect();
    keys.sort_by_key(|n| hash::of(Some(&dynoxide::AttributeValue::S(format!("{n:03}")))));
    let thirds = |limit: usize| keys.iter().take(limit).filter(|n| n.is_multiple_of(3)).count();
    let with_limit = |limit: u32| json!({ "FilterExpression": third["FilterExpression"], "ExpressionAttributeValues": third["ExpressionAttributeValues"], "Limit": limit });
    for (more, count, scanned, goes_on) in [
        (json!({}), 600, 600, false),
        (json!({ "Limit": 250 }), 250, 250, true),
        (json!({ "Limit": 251 }), 251, 251, true),
        (json!({ "Limit": 599 }), 599, 599, true),
        (json!({ "Limit": 601 }), 600, 600, false),
        (json!({ "Select": "COUNT" }), 600, 600, false),
        (json!({ "Select": "COUNT", "Limit": 300 }), 300, 300, true),
        (json!({ "ProjectionExpression": "pk" }), 600, 600, false),
        (third.clone(), 200, 600, false),
        (with_limit(300), thirds(300), 300, true),
        (with_limit(250), thirds(250), 250, true),
    ] {
        let mut request = json!({ "TableName": "deep", "ReturnConsumedCapacity": "TOTAL" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let page = tables.call("Scan", &request).await.unwrap();
        assert_eq!((&page["Count"], &page["ScannedCount"]), (&json!(count), &json!(scanned)), "{more}");
        assert_eq!(!page["LastEvaluatedKey"].is_null(), goes_on, "{more}");
        // Of 11 bytes each.
        let units = (f64::from(scanned) * 11.0 / 4096.0).ceil() / 2.0;
        assert_eq!(page["ConsumedCapacity"]["CapacityUnits"], units, "{more}");
        let items = page["Items"].as_array().map_or(0, Vec::len);
        assert_eq!(items, if more["Select"] == "COUNT" { 0 } else { count }, "{more}");
    }
}
