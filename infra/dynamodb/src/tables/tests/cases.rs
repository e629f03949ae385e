//! What public suites found the engine to do otherwise than the service, as calls in `cases.json`: each case has a table of its own,
//! and each of its steps an operation, a request and the answer. A refusal is given by a part of its type and message; `nothing`
//! stands for an answer that does not matter.

use super::*;

#[derive(serde::Deserialize)]
struct Case {
    what: String,
    steps: Vec<(String, Value, Value)>,
}

/// The request with the table's name, and with what is too long to be written down.
fn request(operation: &str, mut request: Value) -> Value {
    let has_own_name = operation.contains("Transact") || operation.contains("Stream") || operation.contains("Tag");
    let has_own_name =
        has_own_name || ["BatchGetItem", "BatchWriteItem", "GetShardIterator", "GetRecords"].contains(&operation);
    if !has_own_name && request.is_object() && request["TableName"].is_null() {
        request["TableName"] = json!("deep");
    }
    let mut text = request.to_string();
    for (short, long) in [
        ("{2048}", "y".repeat(2048)),
        ("{2049}", "y".repeat(2049)),
        ("{kkkk}", "k".repeat(256)),
        ("{64 KiB}", "k".repeat(65_536)),
    ] {
        text = text.replace(short, &long);
    }
    // Many values, so that no test needs to list them.
    let many: Vec<Value> = (0..5_000).map(|number| json!({ "S": format!("v{number}") })).collect();
    text = text.replace("\"{5000 texts}\"", &Value::from(many).to_string());
    let many: Vec<Value> = (0..400).map(|number| json!({ "N": format!("{number}.0") })).collect();
    text = text.replace("\"{400 numbers}\"", &Value::from(many).to_string());
    text = text.replace("{shard}", &own_shard_id(&stream::engines_shard_id("deep")));
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_tables_answer_as_the_service_does() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let mut wrong = Vec::new();
    for Case { what, steps } in cases {
        let tables = tables(engine::STACK).await;
        for (number, (operation, sent, expected)) in steps.into_iter().enumerate() {
            let got = tables.call(&operation, &request(&operation, sent)).await;
            let is_right = match (&got, expected["error"].as_str()) {
                (Err(error), Some(part)) => error.to_string().contains(part),
                (Ok(answer), None) => expected == "nothing" || without_time(answer.clone()) == expected,
                _ => false,
            };
            if !is_right {
                wrong.push(format!("{what}, step {number}, {operation}: got {got:?} instead of {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn without_time(mut answer: Value) -> Value {
    if let Some(description) = answer["StreamDescription"].as_object_mut() {
        description.remove("CreationRequestDateTime");
    }
    if answer["StreamDescription"].is_null()
        && let Some(fields) = answer.as_object_mut()
    {
        fields.remove("StreamDescription");
    }
    answer
}

/// The bodies themselves, where `call` reads one as the other.
#[tokio::test]
async fn a_refusal_with_an_item_has_no_small_message() {
    let tables = tables(engine::STACK).await;
    let request = json!({ "TableName": "deep", "Item": { "pk": { "S": "x" } },
        "ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD" });
    let (_, text) = answer(&tables, "PutItem", request.to_string()).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&body["message"], &body["Message"]), (&Value::Null, &json!("The conditional request failed")));
    assert_eq!(body["Item"]["pk"]["S"], "x");
}

/// A client that pages through streams ends, and has each once.
#[tokio::test]
async fn streams_are_listed_page_by_page() {
    let tables = tables(engine::STACK).await;
    for name in ["ab", "ab-c", "abc"] {
        let mut create = table().create;
        create["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" });
        create["TableName"] = json!(format!("list-{name}"));
        tables.call("CreateTable", &create).await.unwrap();
    }
    let (mut listed, mut request) = (Vec::new(), json!({ "Limit": 1 }));
    for _ in 0..10 {
        let page = tables.call("ListStreams", &request).await.unwrap();
        listed.extend(page["Streams"].as_array().unwrap().iter().map(|stream| stream["TableName"].clone()));
        match page.get("LastEvaluatedStreamArn") {
            Some(last) => request["ExclusiveStartStreamArn"] = last.clone(),
            None => break,
        }
    }
    assert_eq!(listed, ["list-ab", "list-ab-c", "list-abc"]);
}

/// What a stream holds that was switched off is read to its end, also after a restart.
#[tokio::test]
async fn a_stream_that_is_switched_off_is_closed_and_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tables.sqlite");
    let mut with_stream = table();
    with_stream.create["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    let arn = stack::stream_arn("deep");
    let stream = json!({ "StreamArn": arn });
    let shard = own_shard_id(&stream::engines_shard_id("deep"));
    let iterator = |kind: &str| json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind });
    let before = {
        let tables = Tables::open(Some(&file), &[with_stream]).await.unwrap();
        for key in ["x", "y"] {
            let item = json!({ "TableName": "deep", "Item": { "pk": { "S": key } } });
            tables.call("PutItem", &item).await.unwrap();
        }
        let open = tables.call("GetShardIterator", &iterator("TRIM_HORIZON")).await.unwrap();
        let page = tables.call("GetRecords", &json!({ "ShardIterator": open["ShardIterator"] })).await.unwrap();
        assert!(page["NextShardIterator"].is_string(), "an open shard has no end: {page}");
        let off = json!({ "TableName": "deep", "StreamSpecification": { "StreamEnabled": false } });
        tables.call("UpdateTable", &off).await.unwrap();
        page
    };
    let tables = Tables::open(Some(&file), &[]).await.unwrap();
    let item = json!({ "TableName": "deep", "Item": { "pk": { "S": "z" } } });
    tables.call("PutItem", &item).await.unwrap();

    let listed = tables.call("ListStreams", &json!({})).await.unwrap();
    assert_eq!(listed["Streams"][0]["StreamArn"], arn);
    assert_eq!(tables.call("ListStreams", &json!({ "TableName": "none" })).await.unwrap()["Streams"], json!([]));
    let described = tables.call("DescribeStream", &stream).await.unwrap();
    let last = &before["Records"][1]["dynamodb"]["SequenceNumber"];
    let expected = json!({ "StreamArn": arn, "StreamLabel": stack::STREAM_LABEL, "StreamStatus": "DISABLED", "StreamViewType": "KEYS_ONLY",
        "TableName": "deep", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "Shards": [{ "ShardId": shard,
            "SequenceNumberRange": { "StartingSequenceNumber": "100000000000000000001", "EndingSequenceNumber": last } }] });
    let mut description = described["StreamDescription"].clone();
    assert!(description.as_object_mut().unwrap().remove("CreationRequestDateTime").unwrap().is_number());
    assert_eq!(description, expected);
    let table = tables.call("DescribeTable", &json!({ "TableName": "deep" })).await.unwrap();
    let (latest, setting) = (&table["Table"]["LatestStreamArn"], table["Table"].get("StreamSpecification"));
    assert_eq!((latest, setting), (&json!(arn), None));

    let all = tables.call("GetShardIterator", &iterator("TRIM_HORIZON")).await.unwrap();
    let page = tables.call("GetRecords", &json!({ "ShardIterator": all["ShardIterator"] })).await.unwrap();
    assert_eq!((&page["Records"], page.get("NextShardIterator")), (&before["Records"], None));
    let first = tables.call("GetRecords", &json!({ "ShardIterator": all["ShardIterator"], "Limit": 1 })).await.unwrap();
    let rest = tables.call("GetRecords", &json!({ "ShardIterator": first["NextShardIterator"] })).await.unwrap();
    assert_eq!((&rest["Records"][0], rest.get("NextShardIterator")), (&before["Records"][1], None));
    let mut from = iterator("AT_SEQUENCE_NUMBER");
    from["SequenceNumber"] = last.clone();
    for (request, count) in [(iterator("LATEST"), 0), (from, 1)] {
        let from = tables.call("GetShardIterator", &request).await.unwrap();
        let page = tables.call("GetRecords", &json!({ "ShardIterator": from["ShardIterator"] })).await.unwrap();
        assert_eq!(page["Records"].as_array().unwrap().len(), count, "{request}");
    }
    let refused = tables.call("GetShardIterator", &iterator("AFTER_SEQUENCE_NUMBER")).await.unwrap_err();
    assert!(refused.to_string().contains("SequenceNumber cannot be null"), "{refused}");
}

/// Both forms of reading a stream give what its view type shows, also after a restart.
#[tokio::test]
async fn a_view_type_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tables.sqlite");
    let mut table = table();
    table.create["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    let write = |value: &str| json!({ "TableName": "deep", "Item": { "pk": { "S": "x" }, "a": { "S": value } } });
    for value in ["1", "1", "2"] {
        let tables = Tables::open(Some(&file), std::slice::from_ref(&table)).await.unwrap();
        tables.call("PutItem", &write(value)).await.unwrap();
    }
    let tables = Tables::open(Some(&file), std::slice::from_ref(&table)).await.unwrap();
    let described = tables.call("DescribeTable", &json!({ "TableName": "deep" })).await.unwrap();
    assert_eq!(described["Table"]["StreamSpecification"]["StreamViewType"], "KEYS_ONLY");
    let stream = described["Table"]["LatestStreamArn"].clone();
    let shards = tables.call("DescribeStream", &json!({ "StreamArn": stream })).await.unwrap();
    let shard = &shards["StreamDescription"]["Shards"][0];
    let range = json!({ "StartingSequenceNumber": "100000000000000000001" });
    assert_eq!(shard["SequenceNumberRange"], range, "an open shard has no end");
    for (kind, number) in
        [("TRIM_HORIZON", Value::Null), ("AT_SEQUENCE_NUMBER", range["StartingSequenceNumber"].clone())]
    {
        let mut request = json!({ "StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": kind });
        if !number.is_null() {
            request["SequenceNumber"] = number;
        }
        let iterator = tables.call("GetShardIterator", &request).await.unwrap()["ShardIterator"].clone();
        assert!(iterator.as_str().unwrap().starts_with(&format!("{}|1|", stream.as_str().unwrap())), "{iterator}");
        let read = tables.call("GetRecords", &json!({ "ShardIterator": iterator })).await.unwrap();
        let events: Vec<&Value> =
            read["Records"].as_array().unwrap().iter().map(|record| &record["eventName"]).collect();
        assert_eq!(events, ["INSERT", "MODIFY"], "{read}");
        for record in read["Records"].as_array().unwrap() {
            let images = record["dynamodb"].as_object().unwrap();
            assert!(!images.contains_key("NewImage") && !images.contains_key("OldImage"), "{record}");
            assert_eq!((&images["StreamViewType"], &images["SizeBytes"]), (&json!("KEYS_ONLY"), &json!(3)));
        }
        let next = tables.call("GetRecords", &json!({ "ShardIterator": read["NextShardIterator"] })).await.unwrap();
        assert_eq!(next["Records"], json!([]));
    }
}

#[tokio::test]
async fn a_table_is_described_in_full_and_a_deleted_one_hardly() {
    let tables = tables(engine::STACK).await;
    let name = json!({ "TableName": "deep" });
    let described = tables.call("DescribeTable", &name).await.unwrap()["Table"].clone();
    let billing =
        json!({ "BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": described["CreationDateTime"] });
    assert_eq!(described["BillingModeSummary"], billing);
    assert_eq!(described["DeletionProtectionEnabled"], false);
    let warm = json!({ "ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE" });
    assert_eq!(described["WarmThroughput"], warm);
    let deleted = tables.call("DeleteTable", &name).await.unwrap()["TableDescription"].clone();
    let left: Vec<&String> = deleted.as_object().unwrap().keys().collect();
    assert_eq!(deleted["BillingModeSummary"], billing);
    let expected = [
        "BillingModeSummary",
        "DeletionProtectionEnabled",
        "ItemCount",
        "ProvisionedThroughput",
        "TableArn",
        "TableId",
        "TableName",
        "TableSizeBytes",
        "TableStatus",
    ];
    assert_eq!(left, expected);
}

/// What an index carries is what a page of it holds, however large the items of the table are.
#[tokio::test]
async fn a_page_of_an_index_ends_by_what_is_projected() {
    let tables = tables(engine::STACK).await;
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let index = |name: &str, keys: Value, projection: Value| json!({ "IndexName": name, "KeySchema": keys, "Projection": projection });
    let (few, all) =
        (json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"] }), json!({ "ProjectionType": "ALL" }));
    let create = json!({
        "TableName": "pages", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("g")],
        "GlobalSecondaryIndexes": [
            index("global-keys", json!([key("g", "HASH")]), json!({ "ProjectionType": "KEYS_ONLY" })),
            index("global-few", json!([key("g", "HASH")]), few.clone()),
            index("global-all", json!([key("g", "HASH")]), all),
        ],
        "LocalSecondaryIndexes": [index("local-few", json!([key("pk", "HASH"), key("g", "RANGE")]), few)],
    });
    tables.call("CreateTable", &create).await.unwrap();
    for sk in ["1", "2", "3", "4", "5", "6"] {
        let item = json!({ "pk": { "S": "p" }, "sk": { "S": sk }, "g": { "S": "g" }, "a": { "S": "a" }, "b": { "S": "b".repeat(300 * 1024) } });
        tables.call("PutItem", &json!({ "TableName": "pages", "Item": item })).await.unwrap();
    }
    for (index, attribute, is_whole) in [
        (None, "pk", false),
        (Some("global-keys"), "g", true),
        (Some("global-few"), "g", true),
        (Some("global-all"), "g", false),
        (Some("local-few"), "pk", true),
    ] {
        let value = if attribute == "g" { "g" } else { "p" };
        let mut query = json!({ "TableName": "pages", "KeyConditionExpression": format!("{attribute} = :v"),
            "ExpressionAttributeValues": { ":v": { "S": value } } });
        let mut scan = json!({ "TableName": "pages" });
        if let Some(index) = index {
            (query["IndexName"], scan["IndexName"]) = (json!(index), json!(index));
        }
        for (operation, request) in [("Query", query), ("Scan", scan)] {
            let page = tables.call(operation, &request).await.unwrap();
            assert_eq!(page["LastEvaluatedKey"].is_null(), is_whole, "{operation} of {index:?}");
            assert_eq!(page["Count"] == 6, is_whole, "{operation} of {index:?}: {}", page["Count"]);
        }
    }
}
