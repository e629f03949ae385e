//! The order of scans and of indexes: that of hashes, page by page, in segments, after writes, and in a file of an older version.

use dynoxide::AttributeValue;

use super::*;

/// A table of notes with two indexes: one without a sort key, and a local one.
fn notes() -> Table {
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let typed = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
    Table {
        logical_id: "Notes".to_string(),
        name: "notes".to_string(),
        create: json!({
            "TableName": "notes",
            "AttributeDefinitions": [typed("pk", "S"), typed("sk", "N"), typed("state", "S"), typed("at", "N")],
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-state",
                "KeySchema": [key("state", "HASH")],
                "Projection": { "ProjectionType": "ALL" },
            }],
            "LocalSecondaryIndexes": [{
                "IndexName": "by-time",
                "KeySchema": [key("pk", "HASH"), key("at", "RANGE")],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            }],
            "BillingMode": "PAY_PER_REQUEST",
        }),
        time_to_live_attribute: None,
    }
}

/// The note with this number: five share a partition, and all times are one of two.
fn note(number: u32) -> Value {
    json!({
        "pk": { "S": format!("p{}", number / 5) },
        "sk": { "N": number.to_string() },
        "state": { "S": if number.is_multiple_of(2) { "open" } else { "done" } },
        "at": { "N": (number % 2).to_string() },
        "text": { "S": "x".repeat(number as usize % 7) },
    })
}

async fn put(tables: &Tables, numbers: std::ops::Range<u32>) {
    for batch in numbers.collect::<Vec<u32>>().chunks(25) {
        let puts: Vec<Value> = batch.iter().map(|number| json!({ "PutRequest": { "Item": note(*number) } })).collect();
        tables.call("BatchWriteItem", &json!({ "RequestItems": { "notes": puts } })).await.unwrap();
    }
}

/// The numbers of the notes on all pages of a request, each page of so many items.
async fn numbers(tables: &Tables, operation: &str, more: Value, limit: Option<u32>) -> Vec<u32> {
    let mut request = json!({ "TableName": "notes" });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    if let Some(limit) = limit {
        request["Limit"] = json!(limit);
    }
    let mut numbers = Vec::new();
    loop {
        let page = tables.call(operation, &request).await.unwrap();
        let items = page["Items"].as_array().unwrap();
        assert!(limit.is_none_or(|limit| items.len() <= limit as usize), "{more}");
        numbers.extend(items.iter().map(|item| item["sk"]["N"].as_str().unwrap().parse::<u32>().unwrap()));
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        if request["ExclusiveStartKey"].is_null() {
            return numbers;
        }
    }
}

fn hashed(item: &Value, names: &[&str]) -> String {
    let values: Vec<AttributeValue> =
        names.iter().map(|name| serde_json::from_value(item[*name].clone()).unwrap()).collect();
    hash::of(&values)
}

/// Numbers as a scan of the table gives them, and as the index on states does.
fn expected(numbers: std::ops::Range<u32>) -> (Vec<u32>, Vec<u32>) {
    let mut of_table: Vec<u32> = numbers.collect();
    let mut of_index = of_table.clone();
    of_table.sort_by_key(|number| (hashed(&note(*number), &["pk"]), *number));
    of_index.sort_by_key(|number| (hashed(&note(*number), &["state"]), hashed(&note(*number), &["pk", "sk"])));
    (of_table, of_index)
}

fn in_state(state: &str) -> Value {
    json!({
        "IndexName": "by-state",
        "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": { "#s": "state" },
        "ExpressionAttributeValues": { ":s": { "S": state } },
    })
}

#[tokio::test]
async fn pages_of_every_length_go_on_in_the_order_of_hashes() {
    let tables = Tables::open(None, &[notes()]).await.unwrap();
    put(&tables, 0..100).await;
    for (limit, until) in [(None, 100), (Some(1), 100), (Some(7), 130)] {
        // What is written after a page was read is in its place on the next one.
        put(&tables, 100..until).await;
        let (of_table, of_index) = expected(0..until);
        assert_eq!(numbers(&tables, "Scan", json!({}), limit).await, of_table);
        assert_eq!(numbers(&tables, "Scan", json!({ "IndexName": "by-state" }), limit).await, of_index);
        let open: Vec<u32> = of_index.into_iter().filter(|number| number.is_multiple_of(2)).collect();
        assert_eq!(numbers(&tables, "Query", in_state("open"), limit).await, open);
        let mut backward = in_state("open");
        backward["ScanIndexForward"] = json!(false);
        let reversed: Vec<u32> = open.iter().rev().copied().collect();
        assert_eq!(numbers(&tables, "Query", backward, limit).await, reversed);
        let mut filtered = in_state("open");
        filtered["FilterExpression"] = json!("size(#t) = :three AND pk <> :p");
        filtered["ProjectionExpression"] = json!("sk, #t");
        filtered["ExpressionAttributeNames"]["#t"] = json!("text");
        filtered["ExpressionAttributeValues"][":three"] = json!({ "N": "3" });
        filtered["ExpressionAttributeValues"][":p"] = json!({ "S": "p2" });
        let left = open.iter().copied().filter(|number| number % 7 == 3 && number / 5 != 2);
        assert_eq!(numbers(&tables, "Query", filtered, limit).await, left.collect::<Vec<_>>());
        assert!(numbers(&tables, "Query", in_state("lost"), limit).await.is_empty());
    }
}

#[tokio::test]
async fn segments_share_a_table_and_its_indexes() {
    let tables = Tables::open(None, &[notes()]).await.unwrap();
    put(&tables, 0..60).await;
    let (of_table, of_index) = expected(0..60);
    for index in [json!({}), json!({ "IndexName": "by-state" }), json!({ "IndexName": "by-time" })] {
        let mut together = Vec::new();
        for segment in 0..5 {
            let mut request = index.clone();
            request["Segment"] = json!(segment);
            request["TotalSegments"] = json!(5);
            together.extend(numbers(&tables, "Scan", request, Some(3)).await);
        }
        match index["IndexName"].as_str() {
            None => assert_eq!(together, of_table),
            Some("by-state") => assert_eq!(together, of_index),
            _ => {
                let mut of_times: Vec<u32> = (0..60).collect();
                of_times.sort_by_key(|number| {
                    (hashed(&note(*number), &["pk"]), number % 2, hashed(&note(*number), &["pk", "sk"]))
                });
                assert_eq!(together, of_times);
            }
        }
    }
}

#[tokio::test]
async fn a_local_index_is_completed_from_its_table() {
    let tables = Tables::open(None, &[notes()]).await.unwrap();
    put(&tables, 0..10).await;
    let mut request = json!({
        "TableName": "notes",
        "IndexName": "by-time",
        "KeyConditionExpression": "pk = :p AND #at >= :one",
        "ExpressionAttributeNames": { "#at": "at" },
        "ExpressionAttributeValues": { ":p": { "S": "p1" }, ":one": { "N": "1" } },
        "ReturnConsumedCapacity": "INDEXES",
    });
    let keys = tables.call("Query", &request).await.unwrap();
    assert_eq!((keys["Count"].clone(), keys["Items"][0]["text"].clone()), (json!(3), Value::Null));
    assert_eq!(keys["ConsumedCapacity"]["LocalSecondaryIndexes"]["by-time"]["CapacityUnits"], 0.5);
    request["Select"] = json!("ALL_ATTRIBUTES");
    let whole = tables.call("Query", &request).await.unwrap();
    for item in whole["Items"].as_array().unwrap() {
        assert_eq!(item, &note(item["sk"]["N"].as_str().unwrap().parse().unwrap()));
    }
    assert_eq!(whole["ConsumedCapacity"]["CapacityUnits"], 1.0);
}

/// A file that the engine wrote alone, as before there was an order, and one whose items have no hash yet.
#[tokio::test]
async fn an_older_file_is_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tables.sqlite");
    {
        let engine = Database::new(file.to_str().unwrap()).unwrap();
        engine.create_table(serde_json::from_value(notes().create).unwrap()).unwrap();
        for number in 0..40 {
            let item = json!({ "TableName": "notes", "Item": note(number) });
            engine.put_item(serde_json::from_value(item).unwrap()).unwrap();
        }
    }
    rusqlite::Connection::open(&file).unwrap().execute("UPDATE notes SET hash_prefix = ''", []).unwrap();
    let (of_table, of_index) = expected(0..40);
    for _ in 0..2 {
        let tables = Tables::open(Some(&file), &[notes()]).await.unwrap();
        assert_eq!(numbers(&tables, "Scan", json!({}), Some(9)).await, of_table);
        assert_eq!(numbers(&tables, "Scan", json!({ "IndexName": "by-state" }), Some(9)).await, of_index);
    }
    // And the engine alone reads and writes it still.
    let engine = Database::new(file.to_str().unwrap()).unwrap();
    let item = json!({ "TableName": "notes", "Item": note(40) });
    engine.put_item(serde_json::from_value(item).unwrap()).unwrap();
    let all = json!({ "TableName": "notes", "IndexName": "by-state" });
    assert_eq!(engine.scan(serde_json::from_value(all).unwrap()).unwrap().count, 41);
}

/// An index that is deleted and made anew, and a table likewise, have their order again.
#[tokio::test]
async fn what_is_made_anew_is_ordered_anew() {
    let tables = Tables::open(None, &[notes()]).await.unwrap();
    for _ in 0..2 {
        put(&tables, 0..20).await;
        let (of_table, of_index) = expected(0..20);
        assert_eq!(numbers(&tables, "Scan", json!({}), Some(4)).await, of_table);
        assert_eq!(numbers(&tables, "Scan", json!({ "IndexName": "by-state" }), Some(4)).await, of_index);
        let index = &notes().create["GlobalSecondaryIndexes"][0];
        for update in [json!({ "Delete": { "IndexName": "by-state" } }), json!({ "Create": index })] {
            let request = json!({
                "TableName": "notes",
                "AttributeDefinitions": notes().create["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [update],
            });
            tables.call("UpdateTable", &request).await.unwrap();
        }
        assert_eq!(numbers(&tables, "Scan", json!({ "IndexName": "by-state" }), Some(4)).await, of_index);
        tables.call("DeleteTable", &json!({ "TableName": "notes" })).await.unwrap();
        tables.call("CreateTable", &notes().create).await.unwrap();
    }
}
