//! A deployment into a cloud that runs: requests on their way are served to the end, and what did not change does not notice.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::path::{Path, PathBuf};

use conformance::function::BEHAVIOUR;
use conformance::ground::{Ground, function, lines, socket_of};
use conformance::observed::Answer;
use conformance::socket::Ask;
use dynamodb::DynamoDb;
use local::cloud::{Cloud, DeployError};
use local::deployment::Deployment;
use local::deployment::StackEvent;
use local::lambda::InvokeRequest;
use serde_json::{Value, json};

/// A template with functions that do what they are told, each behind `/{name}` of one API.
fn template(folder: &Path, functions: &[(&str, Value)], rest: &str) -> PathBuf {
    let mut text = "Transform: AWS::Serverless-2016-10-31\nResources:\n".to_string();
    for (name, does) in functions {
        let behaviour = function(name, Some(does), true).unwrap().function.environment[BEHAVIOUR].clone();
        let behaviour = json!(behaviour);
        text += &format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: {name}\n      CodeUri: .\n      \
             Handler: bootstrap\n      Runtime: provided.al2023\n      Timeout: 30\n      Environment: {{Variables: {{{BEHAVIOUR}: \
             {behaviour}}}}}\n      Events:\n        Get: {{Type: Api, Properties: {{Path: /{name}, Method: GET}}}}\n"
        );
    }
    let file = folder.join("template.yaml");
    std::fs::write(&file, text + rest).unwrap();
    file
}

fn replies(body: &str) -> Value {
    json!({ "returns": { "statusCode": 200, "body": body } })
}

async fn started(template: PathBuf) -> Cloud {
    let ground = Ground::new(env!("CARGO_BIN_EXE_conformance"));
    Cloud::boot(ground.with_services(template)).await.unwrap()
}

async fn deploy(cloud: &mut Cloud, template: PathBuf) -> Result<Vec<StackEvent>, DeployError> {
    let mut events = Vec::new();
    let deployment = Deployment::of_file(template, Default::default());
    cloud.deploy(&deployment, &mut |event| events.push(event)).await?;
    Ok(events)
}

async fn get(cloud: &Cloud, path: &str) -> Answer {
    let url = cloud.api_url().unwrap();
    let (_, stage) = url.rsplit_once('/').unwrap();
    let path = format!("/{stage}{path}");
    let ask = Ask { method: "GET".into(), path, headers: Vec::new(), body: Default::default() };
    ask.send(socket_of(&url).unwrap()).await.unwrap()
}

/// Waits until a line of `group` contains `part`.
async fn logged(cloud: &Cloud, group: &str, part: &str) {
    let mut changed = cloud.logs().changed();
    while !lines(cloud, group).iter().any(|line| line.contains(part)) {
        changed.changed().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_ends_in_the_old_function_and_the_next_begins_in_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let slow = json!({ "returns": { "statusCode": 200, "body": "old" }, "sleep_seconds": 1.0 });
    let mut cloud = started(template(folder.path(), &[("slow", slow), ("still", replies("still"))], "")).await;
    assert_eq!(get(&cloud, "/still").await.body, "still");
    let (stays, address) = (cloud.lambda().process_ids("still"), cloud.api_url());
    let api = cloud.api_url().unwrap();
    let asked = tokio::spawn(async move {
        let path = format!("/{}/slow", api.rsplit_once('/').unwrap().1);
        let ask = Ask { method: "GET".into(), path, headers: Vec::new(), body: Default::default() };
        ask.send(socket_of(&api).unwrap()).await.unwrap()
    });
    logged(&cloud, "/aws/lambda/slow", "START RequestId").await;
    let old = cloud.lambda().process_ids("slow");
    assert_eq!(old.len(), 1);

    let events =
        deploy(&mut cloud, template(folder.path(), &[("slow", replies("new")), ("still", replies("still"))], ""))
            .await
            .unwrap();
    let changed: Vec<&str> =
        events.iter().filter(|e| e.resource_status == "UPDATE_COMPLETE").map(|e| &*e.logical_id).collect();
    assert_eq!(changed, ["slow", "board"], "nothing else has an event");
    assert_eq!(get(&cloud, "/slow").await.body, "new");
    let ended = asked.await.unwrap();
    assert_eq!((ended.status, ended.body.as_ref()), (200, &b"old"[..]), "who was being served is served to the end");
    assert_eq!((cloud.lambda().process_ids("still"), cloud.api_url()), (stays, address), "and nobody else noticed");
    assert!(!cloud.lambda().process_ids("slow").contains(&old[0]), "the old environment has ended");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_routes_and_queues_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = started(template(folder.path(), &[("one", replies("1"))], "")).await;
    assert_eq!(get(&cloud, "/two").await.status, 403);
    let queue = "  Letters: {Type: AWS::SQS::Queue, Properties: {QueueName: letters}}\n  Notes: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: notes}}\n";
    deploy(&mut cloud, template(folder.path(), &[("one", replies("1")), ("two", replies("2"))], queue)).await.unwrap();
    assert_eq!(get(&cloud, "/two").await.body, "2");
    let letters = stack::queue_arn("letters");
    assert!(cloud.queues().send(&letters, "hello".to_string()) && cloud.logs().has_group("notes"));
    // A change elsewhere leaves the letters where they are.
    let same = template(folder.path(), &[("one", replies("one")), ("two", replies("2"))], queue);
    deploy(&mut cloud, same.clone()).await.unwrap();
    assert_eq!((cloud.queues().messages(&letters).len(), get(&cloud, "/one").await.body), (1, "one".into()));
    let again = deploy(&mut cloud, same).await.unwrap_err().to_string();
    assert!(again.ends_with("No updates are to be performed."), "{again}");

    let events = deploy(&mut cloud, template(folder.path(), &[("two", replies("2"))], "")).await.unwrap();
    let gone: Vec<&str> =
        events.iter().filter(|e| e.resource_status == "DELETE_COMPLETE").map(|e| &*e.logical_id).collect();
    assert!(gone.contains(&"Letters") && gone.contains(&"Notes") && gone.contains(&"one"), "{gone:?}");
    assert_eq!(get(&cloud, "/one").await.status, 403);
    assert!(
        cloud
            .lambda()
            .invoke("one", InvokeRequest::default())
            .await
            .unwrap_err()
            .to_string()
            .contains("Function not found")
    );
    assert!(!cloud.queues().send(&letters, "late".to_string()) && !cloud.logs().has_group("notes"));
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_keep_their_items_through_changes_that_dynamodb_can_make() {
    let folder = tempfile::tempdir().unwrap();
    let one = [("one", replies("1"))];
    let table = |more: &str, attributes: &str| {
        format!(
            "  Posts:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: posts\n      BillingMode: PAY_PER_REQUEST\n      \
             AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}{attributes}]\n      KeySchema: [{{AttributeName: pk, KeyType: \
             HASH}}]\n{more}"
        )
    };
    let mut cloud = started(template(folder.path(), &one, &table("", ""))).await;
    let item = json!({ "TableName": "posts", "Item": { "pk": { "S": "a" }, "by": { "S": "Ada" } } });
    DynamoDb::of(&cloud).tables().call("PutItem", &item).await.unwrap();
    let index = "      GlobalSecondaryIndexes: [{IndexName: by-name, KeySchema: [{AttributeName: by, KeyType: HASH}], Projection: \
                 {ProjectionType: ALL}}]\n      StreamSpecification: {StreamViewType: NEW_IMAGE}\n      TimeToLiveSpecification: \
                 {AttributeName: until, Enabled: true}\n";
    let indexed = table(index, ", {AttributeName: by, AttributeType: S}");
    deploy(&mut cloud, template(folder.path(), &one, &indexed)).await.unwrap();
    let query = json!({ "TableName": "posts", "IndexName": "by-name", "KeyConditionExpression": "#by = :by",
        "ExpressionAttributeNames": { "#by": "by" }, "ExpressionAttributeValues": { ":by": { "S": "Ada" } } });
    assert_eq!(DynamoDb::of(&cloud).tables().call("Query", &query).await.unwrap()["Count"], 1);
    let described =
        DynamoDb::of(&cloud).tables().call("DescribeTable", &json!({ "TableName": "posts" })).await.unwrap();
    assert_eq!(described["Table"]["StreamSpecification"]["StreamViewType"], "NEW_IMAGE");

    // A second table whose index DynamoDB refuses takes the first one's change back with it.
    let refused = table("", "")
        + "  Twin: {Type: AWS::SQS::Queue, Properties: {QueueName: twin}}\n  Bad:\n    Type: AWS::DynamoDB::Table\n    DependsOn: [Posts, Twin]\n    Properties:\n      TableName: po\n      BillingMode: PAY_PER_REQUEST\n      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]\n      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n";
    let error = deploy(&mut cloud, template(folder.path(), &one, &refused)).await.unwrap_err().to_string();
    assert!(
        error.starts_with("CREATE_FAILED  AWS::DynamoDB::Table  Bad  ")
            && error.contains("length greater than or equal to 3 (Service: DynamoDb"),
        "{error}"
    );
    assert_eq!(DynamoDb::of(&cloud).tables().call("Query", &query).await.unwrap()["Count"], 1, "the index is back");
    assert!(!cloud.queues().send(&stack::queue_arn("twin"), "x".to_string()), "and the queue is gone");
    let described =
        DynamoDb::of(&cloud).tables().call("DescribeTable", &json!({ "TableName": "posts" })).await.unwrap();
    assert_eq!(described["Table"]["StreamSpecification"]["StreamViewType"], "NEW_IMAGE");

    // Left out, it goes with everything in it, as on AWS.
    deploy(&mut cloud, template(folder.path(), &one, "")).await.unwrap();
    let gone = DynamoDb::of(&cloud)
        .tables()
        .call("DescribeTable", &json!({ "TableName": "posts" }))
        .await
        .unwrap_err()
        .to_string();
    assert!(gone.contains("ResourceNotFoundException"), "{gone}");
    cloud.shutdown().await;
}

/// A caller who may ask for a deployment learns nothing of files that lie elsewhere, and no file is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_lies_elsewhere_is_not_even_read() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut cloud = started(template(folder.path(), &[("a", replies("a"))], "")).await;
    let text = "root:$6$hidden:19000:0:99999:7:::\n";
    let mut files =
        vec![elsewhere.path().join("shadow"), elsewhere.path().to_path_buf(), folder.path().join("../none.yaml")];
    std::fs::write(&files[0], text).unwrap();
    files.push(template(elsewhere.path(), &[("a", replies("b"))], ""));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&files[0], folder.path().join("link.yaml")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(elsewhere.path().join("pipe")).status().unwrap().success());
        files.extend([
            folder.path().join("link.yaml"),
            elsewhere.path().join("pipe"),
            "/dev/zero".into(),
            "/etc/passwd".into(),
        ]);
    }
    for file in files {
        let said = deploy(&mut cloud, file.clone()).await.unwrap_err().to_string();
        assert!(said.contains("lies elsewhere") && !said.contains("hidden"), "{}: {said}", file.display());
    }
    // One that lies there and is not a template is read, and not repeated.
    let beside = folder.path().join("shadow.yaml");
    std::fs::write(&beside, text).unwrap();
    let said = deploy(&mut cloud, beside).await.unwrap_err().to_string();
    assert!(said.contains("is not a template") && !said.contains("hidden"), "{said}");
    assert_eq!(get(&cloud, "/a").await.body, "a");
    cloud.shutdown().await;
}
