//! What a page of the list costs when the table has grown: the same.

use dynamodb::{DynamoDb, Tables};
use journeys::{Ask, ask};
use local::cloud::{Boot, Cloud};
use local::programs::Programs;
use serde_json::{Value, json};

/// The most that DynamoDB takes in one batch.
const BATCH: usize = 25;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_the_same_at_100_and_at_20_000_posts() {
    let cloud = cloud().await;
    let table = cloud.stack().tables[0].name.clone();
    let api = cloud.api_url().expect("the board has an API");
    let draft = json!({ "title": "one", "body": "x".repeat(400), "author": "Ada" });
    let created = ask(Ask::new("POST", &format!("{api}/board")).json(&draft)).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let like = stored(DynamoDb::of(&cloud).tables(), &table, created.json()["id"].as_str().expect("an id")).await;

    fill(DynamoDb::of(&cloud).tables(), &table, &like, 1..100).await;
    let small = cost_of_a_page(&cloud, &api).await;
    fill(DynamoDb::of(&cloud).tables(), &table, &like, 100..20_000).await;
    let large = cost_of_a_page(&cloud, &api).await;
    println!("consumed capacity of a page of 20: {small} at 100 posts, {large} at 20,000 posts");
    assert_eq!(small, large);
    let scans = cloud.trail().events().into_iter().filter(|call| call.event_name == "Scan").count();
    assert_eq!(scans, 0, "nothing is scanned");
    cloud.shutdown().await;
}

async fn cloud() -> Cloud {
    let workspace = journeys::workspace().await;
    // The board without its feed, which would otherwise be told of 20,000 posts.
    let template = journeys::root().join("solutions/solution-05/template.yaml");
    let boot = Boot { services: vec![dynamodb::SERVICE], ..Boot::new(template, Programs::Workspace(workspace)) };
    let cloud = Cloud::boot(boot).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cloud.built().await, Vec::<String>::new());
    cloud
}

/// The item of a post as the function stored it.
async fn stored(tables: &Tables, table: &str, id: &str) -> Value {
    let found = tables.call("Scan", &json!({ "TableName": table })).await.expect("the table can be read");
    let items = found["Items"].as_array().expect("items").clone();
    let is_it = |item: &&Value| item["id"]["S"] == id && item["title"]["S"] == "one" && item["version"]["N"] == "1";
    items.iter().find(is_it).expect("the post is stored").clone()
}

/// Adds posts that differ from `like` in their ids only; the table is told directly, because 20,000 requests take long.
async fn fill(tables: &Tables, table: &str, like: &Value, numbers: std::ops::Range<usize>) {
    let id = like["id"]["S"].as_str().expect("an id");
    let text = like.to_string();
    let numbers: Vec<usize> = numbers.collect();
    for batch in numbers.chunks(BATCH) {
        let put = |n: &usize| {
            // Later ids, as later posts have.
            let other = format!("01ffffff-{:04x}-7000-8000-{:012x}", n / 65_536, n);
            let item: Value = serde_json::from_str(&text.replace(id, &other)).expect("still JSON");
            json!({ "PutRequest": { "Item": item } })
        };
        let puts: Vec<Value> = batch.iter().map(put).collect();
        let answer =
            tables.call("BatchWriteItem", &json!({ "RequestItems": { table: puts } })).await.expect("it is written");
        assert_eq!(answer["UnprocessedItems"], json!({}), "everything is taken");
    }
}

/// Lists a page through the API, then asks the table what the function's own query costs.
async fn cost_of_a_page(cloud: &Cloud, api: &str) -> Value {
    let page = ask(Ask::get(&format!("{api}/board?limit=20"))).await;
    assert_eq!(page.json()["posts"].as_array().map(Vec::len), Some(20), "{}", page.text());
    let calls = cloud.trail().events();
    let query = |call: &&local::cloudtrail::CloudTrailEvent| call.event_name == "Query" && call.function.is_some();
    let mut request = calls.iter().rev().find(query).expect("the list is a query").request_parameters.clone();
    request["ReturnConsumedCapacity"] = json!("TOTAL");
    let answer = DynamoDb::of(cloud).tables().call("Query", &request).await.expect("the same query again");
    answer["ConsumedCapacity"]["CapacityUnits"].clone()
}
