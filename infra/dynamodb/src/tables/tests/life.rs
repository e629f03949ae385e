//! A table's life: while it is made, when it was changed, and what goes from it when its time is over.

use super::stream::ShardIteratorType;
use super::*;

#[tokio::test]
async fn a_table_that_is_being_made_is_not_deleted() {
    let tables = Tables::open(None, &[]).await.unwrap();
    let named = json!({ "TableName": "deep" });
    tables.call("CreateTable", &table().create).await.unwrap();
    for operation in ["DeleteTable", "UpdateTable"] {
        let refusal = tables.call(operation, &named).await.unwrap_err().to_string();
        let words =
            "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: deep";
        assert_eq!(refusal, words);
    }
    tables.call("DescribeTable", &named).await.unwrap();
    tables.call("DeleteTable", &named).await.unwrap();
    // One of a stack is there when the stack is.
    let tables = Tables::open(None, &[table()]).await.unwrap();
    tables.call("DeleteTable", &named).await.unwrap();
}

#[tokio::test]
async fn a_change_is_done_after_it_was_asked_for() {
    let tables = Tables::open(None, &[]).await.unwrap();
    let throughput = |read: u32| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": 1 });
    let mut create = table().create;
    create["BillingMode"] = json!("PROVISIONED");
    create["ProvisionedThroughput"] = throughput(2);
    let made = tables.call("CreateTable", &create).await.unwrap()["TableDescription"].take();
    let described =
        || async { tables.call("DescribeTable", &json!({ "TableName": "deep" })).await.unwrap()["Table"].take() };
    let table = described().await;
    assert_eq!(table["CreationDateTime"], made["CreationDateTime"]);
    assert_eq!(table["ProvisionedThroughput"].get("LastIncreaseDateTime"), None);
    let update = |read: u32| {
        let request = json!({ "TableName": "deep", "ProvisionedThroughput": throughput(read) });
        let tables = tables.clone();
        async move {
            tables.call("UpdateTable", &request).await.unwrap()["TableDescription"]["ProvisionedThroughput"].take()
        }
    };
    let time = |throughput: &Value, name: &str| throughput[name].as_f64().unwrap();
    let asked = update(6).await;
    assert_eq!(asked["ReadCapacityUnits"], 2);
    let done = described().await["ProvisionedThroughput"].take();
    assert_eq!(done["ReadCapacityUnits"], 6);
    assert!(time(&done, "LastIncreaseDateTime") > time(&asked, "LastIncreaseDateTime"), "{asked} {done}");
    let asked = update(2).await;
    assert_eq!(
        (&asked["NumberOfDecreasesToday"], &asked["LastIncreaseDateTime"]),
        (&json!(0), &done["LastIncreaseDateTime"])
    );
    let less = described().await["ProvisionedThroughput"].take();
    assert!(time(&less, "LastDecreaseDateTime") > time(&asked, "LastDecreaseDateTime"), "{asked} {less}");
    assert_eq!(
        (&less["NumberOfDecreasesToday"], &less["LastIncreaseDateTime"]),
        (&json!(1), &done["LastIncreaseDateTime"])
    );
}

#[tokio::test]
async fn what_has_expired_goes_from_indexes_too_and_into_the_stream() {
    let key = |name: &str| json!([{ "AttributeName": name, "KeyType": "HASH" }]);
    let mut create = table().create;
    create["AttributeDefinitions"] =
        json!(["pk", "state"].map(|name| json!({ "AttributeName": name, "AttributeType": "S" })));
    create["GlobalSecondaryIndexes"] =
        json!([{ "IndexName": "by-state", "KeySchema": key("state"), "Projection": { "ProjectionType": "ALL" } }]);
    create["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    let table = Table { create, time_to_live_attribute: Some("until".into()), ..table() };
    let tables = Tables::open(None, &[table]).await.unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
    let now = lifecycle::now() as i64;
    let shard = tables.shard("deep").unwrap();
    let iterator = tables.shard_iterator(&shard, ShardIteratorType::TrimHorizon).unwrap();
    for (name, until) in [("over", now - 10), ("coming", now + 1000), ("ancient", now - 6 * 366 * 24 * 60 * 60)] {
        let item = json!({ "pk": { "S": name }, "state": { "S": "open" }, "until": { "N": until.to_string() } });
        tables.call("PutItem", &json!({ "TableName": "deep", "Item": item })).await.unwrap();
    }
    time_to_live::remove_expired(&tables.0.storage, now).unwrap();
    for more in [json!({}), json!({ "IndexName": "by-state" })] {
        let mut request = json!({ "TableName": "deep" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let page = tables.call("Scan", &request).await.unwrap();
        let mut left: Vec<&str> =
            page["Items"].as_array().unwrap().iter().map(|item| item["pk"]["S"].as_str().unwrap()).collect();
        left.sort_unstable();
        assert_eq!(left, ["ancient", "coming"], "{more}");
    }
    let records = tables.records(&shard, &iterator, 10).unwrap().records;
    let last = records.last().unwrap();
    assert_eq!((records.len(), &last["eventName"]), (4, &json!("REMOVE")));
    assert_eq!(last["dynamodb"]["Keys"]["pk"]["S"], "over");
    assert_eq!(last["dynamodb"]["OldImage"]["state"]["S"], "open");
    assert_eq!(last["userIdentity"], json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" }));
}
