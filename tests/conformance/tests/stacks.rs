//! Several stacks in one cloud: made, changed, refused and deleted side by side, with the events that CloudFormation writes.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::collections::BTreeMap;
use std::path::Path;

use conformance::ground::Ground;
use dynamodb::DynamoDb;
use local::cloud::Cloud;
use local::deployment::{Deployment, StackEvent};
use s3::S3;
use serde_json::json;

const QUEUE: &str =
    "Resources:\n  Failures: {Type: AWS::SQS::Queue}\nOutputs:\n  Name: {Value: !GetAtt Failures.QueueName}\n";

async fn booted(folder: &Path, text: &str) -> Cloud {
    let file = folder.join("template.yaml");
    std::fs::write(&file, text).unwrap();
    Cloud::boot(Ground::new(env!("CARGO_BIN_EXE_conformance")).with_services(file)).await.unwrap()
}

/// Deploys `text` as the stack called `name`, and gives the events as `status logical-id`.
async fn deployed(cloud: &mut Cloud, name: &str, text: &str) -> (Vec<String>, Result<(), String>) {
    let mut events = Vec::new();
    let deployment = Deployment::of_text(name, text, BTreeMap::new());
    let ended = cloud.deploy(&deployment, &mut |event| events.push(status_and_id(&event))).await;
    (events, ended.map_err(|error| error.to_string()))
}

/// Deletes the stack called `name`, and gives the events in the same way.
async fn deleted(cloud: &mut Cloud, name: &str) -> (Vec<String>, Result<(), String>) {
    let mut events = Vec::new();
    let ended = cloud.delete(name, &[], &mut |event| events.push(status_and_id(&event))).await;
    (events, ended.map_err(|error| error.to_string()))
}

fn status_and_id(event: &StackEvent) -> String {
    format!("{} {}", event.resource_status, event.logical_id)
}

fn queues(cloud: &Cloud) -> Vec<String> {
    cloud.queues().declared().into_iter().map(|queue| queue.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_is_made_beside_another_and_goes_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    let (events, ended) = deployed(&mut cloud, "other", QUEUE).await;
    ended.unwrap();
    assert_eq!(
        events,
        [
            "CREATE_IN_PROGRESS other",
            "CREATE_IN_PROGRESS Failures",
            "CREATE_IN_PROGRESS Failures",
            "CREATE_COMPLETE Failures",
            "CREATE_COMPLETE other"
        ]
    );
    assert_eq!(queues(&cloud), ["board-Failures", "other-Failures"]);
    let record = cloud.stacks().find("other").unwrap();
    assert_eq!((record.status.as_str(), record.outputs["Name"].as_str()), ("CREATE_COMPLETE", "other-Failures"));
    let (events, ended) = deleted(&mut cloud, "other").await;
    ended.unwrap();
    assert_eq!(
        events,
        [
            "DELETE_IN_PROGRESS other",
            "DELETE_IN_PROGRESS Failures",
            "DELETE_COMPLETE Failures",
            "DELETE_COMPLETE other"
        ]
    );
    assert_eq!(queues(&cloud), ["board-Failures"]);
    assert!(cloud.stacks().find("other").is_none());
    assert_eq!(cloud.stacks().find(&record.id).unwrap().status, "DELETE_COMPLETE");
    assert_eq!(deleted(&mut cloud, "other").await.1.unwrap_err(), "Stack with id other does not exist");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_website_of_any_stack_has_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    let pages = "Resources:\n  Pages: {Type: AWS::S3::Bucket, Properties: {BucketName: pages-of-tests, WebsiteConfiguration: {IndexDocument: i.html}}}\n";
    assert!(s3::S3::of(&cloud).website_urls().is_empty());
    deployed(&mut cloud, "other", pages).await.1.unwrap();
    let urls = s3::S3::of(&cloud).website_urls();
    assert_eq!(urls.keys().collect::<Vec<_>>(), ["pages-of-tests"]);
    assert!(urls["pages-of-tests"].starts_with("http://127.0.0.1:"), "{urls:?}");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_another_stack_has_is_taken_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let named = "Resources:\n  Own: {Type: AWS::SQS::Queue}\n  Failures: {Type: AWS::SQS::Queue, DependsOn: Own, Properties: {QueueName: failures}}\n";
    let mut cloud = booted(folder.path(), named).await;
    let (events, ended) = deployed(&mut cloud, "other", named).await;
    let said = ended.unwrap_err();
    assert!(said.contains("Resource of type 'AWS::SQS::Queue' with identifier 'failures' already exists."), "{said}");
    assert_eq!(
        events[4..],
        [
            "CREATE_IN_PROGRESS Failures",
            "CREATE_FAILED Failures",
            "ROLLBACK_IN_PROGRESS other",
            "DELETE_COMPLETE Failures",
            "DELETE_IN_PROGRESS Own",
            "DELETE_COMPLETE Own",
            "ROLLBACK_COMPLETE other"
        ]
    );
    assert_eq!(queues(&cloud), ["board-Own", "failures"]);
    assert_eq!(cloud.stacks().find("other").unwrap().status, "ROLLBACK_COMPLETE");
    deleted(&mut cloud, "other").await.1.unwrap();
    assert!(cloud.stacks().find("other").is_none());
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_retained_stays_and_a_bucket_with_objects_keeps_its_stack() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    let data = "Resources:\n  Posts:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Retain\n    Properties: {TableName: posts, BillingMode: \
                PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: pk, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: \
                HASH}]}\n  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files-of-tests}}\n  Failures: {Type: AWS::SQS::Queue}\n";
    deployed(&mut cloud, "data", data).await.1.unwrap();
    let object = s3::Object { content_type: "text/plain", cache_control: "no-store", body: "kept".into() };
    S3::of(&cloud).buckets().put_object("files-of-tests", "a", object).await.unwrap();
    let (events, ended) = deleted(&mut cloud, "data").await;
    let said = ended.unwrap_err();
    assert!(said.contains("The following resource(s) failed to delete: [Files]."), "{said}");
    for expected in ["DELETE_SKIPPED Posts", "DELETE_FAILED Files", "DELETE_COMPLETE Failures", "DELETE_FAILED data"] {
        assert!(events.iter().any(|event| event == expected), "{expected}: {events:?}");
    }
    let described =
        DynamoDb::of(&cloud).tables().call("DescribeTable", &json!({ "TableName": "posts" })).await.unwrap();
    assert_eq!(described["Table"]["TableStatus"], "ACTIVE");
    assert_eq!(S3::of(&cloud).buckets().keys("files-of-tests").await, ["a"]);
    let kept: Vec<String> = cloud
        .stacks()
        .find("data")
        .unwrap()
        .resources
        .into_iter()
        .filter(|resource| resource.status == "DELETE_FAILED")
        .map(|resource| resource.logical_id)
        .collect();
    assert_eq!(kept, ["Files"]);
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_table_keeps_its_stack_until_the_template_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    let data = |protected: &str| {
        format!(
            "Resources:\n  Posts:\n    Type: AWS::DynamoDB::Table\n    Properties: {{TableName: posts, BillingMode: PAY_PER_REQUEST, \
             DeletionProtectionEnabled: {protected}, AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}], KeySchema: \
             [{{AttributeName: pk, KeyType: HASH}}]}}\n"
        )
    };
    deployed(&mut cloud, "data", &data("false")).await.1.unwrap();
    deployed(&mut cloud, "data", &data("true")).await.1.unwrap();
    let mut reasons = Vec::new();
    let ended = cloud.delete("data", &[], &mut |event| reasons.extend(event.reason)).await;
    assert!(ended.unwrap_err().to_string().contains("The following resource(s) failed to delete: [Posts]."));
    let says =
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";
    assert!(reasons.iter().any(|reason| reason.contains(says)), "{reasons:?}");
    let call = json!({ "TableName": "posts", "DeletionProtectionEnabled": false });
    DynamoDb::of(&cloud).tables().call("UpdateTable", &call).await.unwrap();
    deleted(&mut cloud, "data").await.1.unwrap();
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_update_leaves_both_stacks_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    deployed(&mut cloud, "other", QUEUE).await.1.unwrap();
    let before = queues(&cloud);
    let taken = format!("{QUEUE}  More: {{Value: x}}\n").replace("Failures: {Type: AWS::SQS::Queue}", "Failures: {Type: AWS::SQS::Queue}\n  More: {Type: AWS::SQS::Queue}\n  Taken: {Type: AWS::SQS::Queue, DependsOn: More, Properties: {QueueName: board-Failures}}");
    let (events, ended) = deployed(&mut cloud, "other", &taken).await;
    assert!(ended.unwrap_err().contains("already exists"));
    assert_eq!(events.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE other");
    assert_eq!(queues(&cloud), before);
    assert_eq!(
        deployed(&mut cloud, "other", QUEUE).await.1.unwrap_err(),
        "An error occurred (ValidationError) when calling the UpdateStack operation: No updates are to be performed."
    );
    cloud.shutdown().await;
}

/// S3, SQS, IAM and Lambda look for whom a policy names: <https://github.com/aws-samples/aws-batch-architecture-for-alphafold/issues/1>.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_a_policy_names_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), QUEUE).await;
    let role = "Resources:
  Reader:
    Type: AWS::IAM::Role
    DeletionPolicy: Retain
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}
";
    let site = "Resources:
  Site: {Type: AWS::S3::Bucket}
  MayRead:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/reader'}, Action: 's3:GetObject', Resource: !Sub '${Site.Arn}/*'}]
";
    let reason = deployed(&mut cloud, "site", site).await.1.unwrap_err();
    assert!(reason.contains("Invalid principal in policy (Service: S3, Status Code: 400"), "{reason}");
    deleted(&mut cloud, "site").await.1.unwrap();
    // Of another stack, and what it has left.
    deployed(&mut cloud, "roles", role).await.1.unwrap();
    deployed(&mut cloud, "site", site).await.1.unwrap();
    deleted(&mut cloud, "roles").await.1.unwrap();
    let again = site.replace("'s3:GetObject'", "['s3:GetObject', 's3:GetObjectTagging']");
    deployed(&mut cloud, "site", &again).await.1.unwrap();
    // Of the same stack, before the update and not.
    let absent = again.replace("role/reader", "role/writer");
    let (events, ended) = deployed(&mut cloud, "site", &absent).await;
    assert!(ended.unwrap_err().contains("Invalid principal in policy"));
    assert_eq!(events.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE site");
    let queue = "Resources:
  Letters: {Type: AWS::SQS::Queue}
  MaySend:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Letters]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:user/nobody'}, Action: 'sqs:SendMessage', Resource: !GetAtt Letters.Arn}]}
";
    let reason = deployed(&mut cloud, "letters", queue).await.1.unwrap_err();
    assert!(reason.contains("Invalid value for the parameter Policy. (Service: Sqs"), "{reason}");
    cloud.shutdown().await;
}
