//! The harness for event source mappings and stream records: a table with a stream, a function behind it, writes, and everything
//! that the function was given.
//!
//! The writes come before the mapping where its starting position allows, so that batches are as full as they can be and a case
//! sees the same ones each time.

use std::time::Duration;

use dynamodb::DynamoDb;
use local::cloud::Cloud;
use serde_json::{Map, Value, json};
use stack::stream_arn;

use crate::case::{Case, Inexpressible, only_known};
use crate::ground::{self, FUNCTION, Ground};
use crate::observed::{Answer, Observed};
use crate::socket::Ask;

mod deliveries;
mod given;
mod stream;

use given::{BUCKET, QUEUE, TABLE};

/// How long a stream may take until nothing of it is left.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    match case.topic.as_str() {
        "stream-record" => stream::observe(case, ground).await,
        _ if case.request.get("create") == Some(&Value::Bool(true)) => create(case, ground).await,
        _ => deliver(case, ground).await,
    }
}

/// Makes a mapping, and looks at Lambda's answer.
async fn create(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("request", &case.request, &["create"])?;
    let known = [
        "esm",
        "stream",
        "lambda",
        "role_policy",
        "role_allows",
        "stream_arn",
        "stream_exists",
        "already_mapped",
        "function_exists",
    ];
    only_known("given", &case.given, &known)?;
    let cloud = ground.boot(given::stack(case, &json!({ "id": { "S": "s1" } }))?).await?;
    let stream = match (case.given.get("stream_arn").and_then(Value::as_str), case.given.get("stream_exists")) {
        (Some(arn), _) => arn.to_string(),
        (None, Some(Value::Bool(false))) => stream_arn("nowhere"),
        (None, _) => stream_arn(TABLE),
    };
    let function = if case.given.get("function_exists") == Some(&Value::Bool(false)) { "missing" } else { FUNCTION };
    let request = given::mapping(&case.given, &stream, function)?;
    if case.given.get("already_mapped") == Some(&Value::Bool(true)) {
        let first = call(&cloud, "POST", "/2015-03-31/event-source-mappings/", &request).await?;
        if first.status != 202 {
            return Err(Inexpressible::new(format_args!(
                "given.already_mapped: {}",
                String::from_utf8_lossy(&first.body)
            )));
        }
    }
    let answer = call(&cloud, "POST", "/2015-03-31/event-source-mappings/", &request).await?;
    cloud.shutdown().await;
    Ok(Observed::of_answer(without_own_ids(case, answer)))
}

/// The answer without what no case can know beforehand: ids, ARNs and moments that it does not expect.
fn without_own_ids(case: &Case, mut answer: Answer) -> Answer {
    let own = ["UUID", "EventSourceArn", "EventSourceMappingArn", "FunctionArn", "LastModified"];
    let expected = case.expect.get("body").and_then(|body| body.get("json"));
    if let (Some(expected), Some(Value::Object(mut body))) = (expected, answer.json()) {
        body.retain(|name, _| expected.get(name).is_some() || !own.contains(&name.as_str()));
        answer.body = Value::Object(body).to_string().into();
    }
    answer
}

/// Writes items, and looks at what the function was given and at what was given up.
async fn deliver(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["esm", "stream", "lambda", "records", "item_before"])?;
    only_known("request", &case.request, &["put_items"])?;
    let items = given::items(case)?;
    let key = given::key(&items)?;
    let cloud = ground.boot(given::stack(case, items.first().unwrap_or(&Value::Null))?).await?;
    if let Some(item) = case.given.get("item_before") {
        put(&cloud, item).await?;
    }
    let request = given::mapping(&case.given, &stream_arn(TABLE), FUNCTION)?;
    let latest = request.get("StartingPosition") == Some(&json!("LATEST"));
    if latest {
        mapped(&cloud, &request).await?;
    }
    for item in &items {
        put(&cloud, item).await?;
    }
    if !latest {
        mapped(&cloud, &request).await?;
    }
    DynamoDb::of(&cloud).drain(PATIENCE).await.map_err(Inexpressible::new)?;
    let given_up = given_up(&cloud).await?;
    let invocations = cloud.lambda().invocations(FUNCTION);
    cloud.shutdown().await;
    Ok(deliveries::observed(&invocations, &key, given_up))
}

async fn mapped(cloud: &Cloud, request: &Map<String, Value>) -> Result<(), Inexpressible> {
    let answer = call(cloud, "POST", "/2015-03-31/event-source-mappings/", request).await?;
    match answer.status {
        202 => Ok(()),
        _ => Err(Inexpressible::new(format_args!("given.esm: {}", String::from_utf8_lossy(&answer.body)))),
    }
}

async fn put(cloud: &Cloud, item: &Value) -> Result<(), Inexpressible> {
    let request = json!({ "TableName": TABLE, "Item": item });
    DynamoDb::of(cloud).tables().call("PutItem", &request).await.map(|_| ()).map_err(Inexpressible::new)
}

/// What arrived at the on-failure destination: the message, and in a bucket the object's key.
struct GivenUp {
    message: Value,
    s3_key: Option<String>,
}

async fn given_up(cloud: &Cloud) -> Result<Option<GivenUp>, Inexpressible> {
    let parsed = |text: &[u8]| serde_json::from_slice(text).map_err(Inexpressible::new);
    let queue = cloud.stack().queues.iter().find(|queue| queue.name == QUEUE).map(|queue| queue.arn());
    if let Some(message) = queue.and_then(|arn| cloud.queues().messages(&arn).into_iter().next()) {
        return Ok(Some(GivenUp { message: parsed(message.body.as_bytes())?, s3_key: None }));
    }
    if !cloud.stack().buckets.iter().any(|bucket| bucket.name == BUCKET) {
        return Ok(None);
    }
    let listed = call(cloud, "GET", &format!("/{BUCKET}?list-type=2"), &Map::new()).await?;
    let listed = String::from_utf8_lossy(&listed.body).into_owned();
    let Some((key, _)) = listed.split_once("<Key>").and_then(|(_, rest)| rest.split_once("</Key>")) else {
        return Ok(None);
    };
    let object = call(cloud, "GET", &format!("/{BUCKET}/{key}"), &Map::new()).await?;
    Ok(Some(GivenUp { message: parsed(&object.body)?, s3_key: Some(key.to_string()) }))
}

/// A call to the AWS endpoint, made by the learner: of Lambda, whose paths begin with a date, or of S3.
async fn call(cloud: &Cloud, method: &str, path: &str, body: &Map<String, Value>) -> Result<Answer, Inexpressible> {
    let body = if body.is_empty() { String::new() } else { Value::Object(body.clone()).to_string() };
    let headers = vec![("Content-Type".to_string(), "application/json".to_string())];
    let ask = Ask { method: method.to_string(), path: path.to_string(), headers, body: body.into() };
    let address = ground::socket_of(&cloud.aws_url())?;
    let service = if path.starts_with("/20") { "lambda" } else { "s3" };
    ask.signed(cloud.credentials(), service, address).send(address).await.map_err(Inexpressible::new)
}
