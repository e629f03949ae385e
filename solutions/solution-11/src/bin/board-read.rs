//! `board-read`: the newest posts out of DynamoDB. It is complete, and the same program inside of a VPC and outside.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use board::{aws, keys, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

use solution_11::{SHOWN, reply};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (client, table) = (&aws::dynamodb().await?, &variable("TABLE_NAME")?);
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(reply(newest(client, table).await, &event.context.request_id))
    }))
    .await
}

/// The newest posts, as lab 05 has them: one Query, backwards.
async fn newest(client: &Client, table: &str) -> Result<Vec<Value>, String> {
    let query = client.query().table_name(table).key_condition_expression("pk = :board");
    let found = query
        .expression_attribute_values(":board", AttributeValue::S(keys::BOARD.to_owned()))
        .scan_index_forward(false)
        .limit(SHOWN)
        .send()
        .await
        .map_err(|error| aws::cause(&error))?;
    let post = |item| {
        let item: Value = serde_dynamo::from_item(item).map_err(|error| error.to_string())?;
        Ok(json!({ "id": item["id"], "title": item["title"], "author": item["author"] }))
    };
    found.items.unwrap_or_default().into_iter().map(post).collect()
}
