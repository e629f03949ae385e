//! `board-authors`: the posts of one author, newest first, by the index `byAuthor` of the board's table.
//!
//! It is complete. It asks one question of one index, and the smallest role that lets it do so is part of this lab.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use board::{aws, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

/// The index, as the template names it.
const INDEX: &str = "byAuthor";
/// How many posts are shown.
const SHOWN: i32 = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (client, table) = (&aws::dynamodb().await?, &variable("TABLE_NAME")?);
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(answer(client, table, &event.payload, &event.context.request_id).await)
    }))
    .await
}

/// The proxy reply. What DynamoDB refuses goes to the log, because its sentence names the role: callers get a 500.
async fn answer(client: &Client, table: &str, request: &ApiGatewayProxyRequest, request_id: &str) -> Value {
    let author = request.path_parameters.get("author").map_or("", String::as_str);
    match posts_of(client, table, author).await {
        Ok(posts) => reply(200, &json!({ "author": author, "posts": posts })),
        Err(cause) => {
            eprintln!("{}", json!({ "level": "ERROR", "requestId": request_id, "cause": cause }));
            let message = "The board failed; it is not your request. Send it again.";
            reply(500, &json!({ "error": { "code": "internal", "message": message } }))
        }
    }
}

async fn posts_of(client: &Client, table: &str, author: &str) -> Result<Vec<Value>, String> {
    let query = client.query().table_name(table).index_name(INDEX);
    let found = query
        .key_condition_expression("author = :author")
        .expression_attribute_values(":author", AttributeValue::S(author.to_owned()))
        .scan_index_forward(false)
        .limit(SHOWN)
        .send()
        .await
        .map_err(|error| aws::cause(&error))?;
    let post = |item| {
        let item: Value = serde_dynamo::from_item(item).map_err(|error| error.to_string())?;
        Ok(json!({ "id": item["id"], "title": item["title"] }))
    };
    found.items.unwrap_or_default().into_iter().map(post).collect()
}

fn reply(status: u16, body: &Value) -> Value {
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": body.to_string(),
    })
}
