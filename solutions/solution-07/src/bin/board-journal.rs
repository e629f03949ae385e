//! `board-journal`: writes down every change of a post, in a table of its own that the board cannot reach.
//!
//! It is complete. What it needs is a role that lets Lambda read the board's stream for it, and lets it write one table.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use board::{aws, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (client, table) = (&aws::dynamodb().await?, &variable("JOURNAL_NAME")?);
    run(service_fn(|event: LambdaEvent<Event>| async move { take(client, table, event.payload).await })).await
}

/// A line for each record. A record that comes twice writes the same line twice, because the line's key is the record's id.
///
/// # Errors
/// When the table refuses one: Lambda then sends the batch again.
async fn take(client: &Client, table: &str, batch: Event) -> Result<(), Error> {
    for record in &batch.records {
        let post = post_of(record);
        let put = client.put_item().table_name(table);
        put.item("id", AttributeValue::S(record.event_id.clone()))
            .item("change", AttributeValue::S(record.event_name.clone()))
            .item("post", AttributeValue::S(post.clone()))
            .send()
            .await
            .map_err(|error| aws::cause(&error))?;
        println!(
            "{}",
            json!({ "level": "INFO", "message": "written down", "change": record.event_name, "post": post })
        );
    }
    Ok(())
}

/// The post that a record is about: the sort key of its item.
fn post_of(record: &EventRecord) -> String {
    match serde_dynamo::from_item::<_, serde_json::Value>(record.change.keys.clone()) {
        Ok(keys) => keys["sk"].as_str().unwrap_or_default().to_owned(),
        Err(_) => String::new(),
    }
}
