//! Deployments that fail: what is taken back, what is kept, and the ways on and back from there. Names that somebody else has.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::collections::BTreeMap;
use std::path::Path;

use conformance::ground::Ground;
use dynamodb::DynamoDb;
use local::cloud::{Boot, Cloud};
use local::deployment::{Deployment, OnFailure, StackEvent};
use s3::S3;
use serde_json::{Value, json};

/// The stack that every cloud of these tests is started with. Its queue has the name that others are refused.
const BASE: &str = "Resources:\n  Taken: {Type: AWS::SQS::Queue, Properties: {QueueName: taken}}\n";

/// What cannot be made.
const BAD: &str = "  Bad: {Type: AWS::SQS::Queue, DependsOn: Last, Properties: {QueueName: taken}}\n";

async fn booted(folder: &Path, base: &str, data: Option<&Path>) -> Cloud {
    let file = folder.join("template.yaml");
    std::fs::write(&file, base).unwrap();
    let boot = Ground::new(env!("CARGO_BIN_EXE_conformance")).with_services(file);
    let mut cloud = Cloud::boot(Boot { data: data.map(Path::to_path_buf), ..boot }).await.unwrap();
    assert_eq!(cloud.restore().await, []);
    cloud
}

/// Queues with their visibility timeouts, the last of which `BAD` waits for.
fn queues(queues: &[(&str, u32)]) -> String {
    let mut text = "Resources:\n".to_string();
    for (id, timeout) in queues {
        text.push_str(&format!("  {id}: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {timeout}}}}}\n"));
    }
    text
}

/// The events as `status logical-id`, and how it ended.
type Ended = (Vec<String>, Result<(), String>);

async fn deployed(cloud: &mut Cloud, text: &str, on_failure: OnFailure) -> Ended {
    let deployment = Deployment { on_failure, ..Deployment::of_text("other", text, BTreeMap::new()) };
    let mut events = Vec::new();
    let ended = cloud.deploy(&deployment, &mut |event| events.push(step(&event))).await;
    (events, ended.map_err(|error| error.to_string()))
}

async fn rolled_back(cloud: &mut Cloud, skipped: &[String]) -> Ended {
    let mut events = Vec::new();
    let ended = cloud.roll_back("other", false, skipped, &mut |event| events.push(step(&event))).await;
    (events, ended.map_err(|error| error.to_string()))
}

async fn deleted(cloud: &mut Cloud) {
    cloud.delete("other", &[], &mut |_| {}).await.unwrap();
}

fn step(event: &StackEvent) -> String {
    let reason = event.reason.as_deref().filter(|_| event.logical_id == "other").unwrap_or_default();
    format!("{} {} {reason}", event.resource_status, event.logical_id).trim().to_string()
}

fn status(cloud: &Cloud) -> Option<String> {
    cloud.stacks().find("other").map(|record| record.status)
}

/// The stack's queues with their visibility timeouts.
fn there(cloud: &Cloud) -> Vec<(String, u64)> {
    let declared = cloud.queues().declared().into_iter().filter(|queue| queue.name != "taken");
    declared.map(|queue| (queue.logical_id, queue.visibility_timeout.as_secs())).collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(id, timeout)| (id.to_string(), *timeout)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_fails_is_rolled_back_or_kept_or_deleted_with_its_stack() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let bad = queues(&[("Last", 1)]) + BAD;

    let (events, _) = deployed(&mut cloud, &bad, OnFailure::Rollback).await;
    let why = "The following resource(s) failed to create: [Bad].";
    assert!(events.contains(&format!("ROLLBACK_IN_PROGRESS other {why} Rollback requested by user.")), "{events:?}");
    assert_eq!((status(&cloud).as_deref(), there(&cloud)), (Some("ROLLBACK_COMPLETE"), pairs(&[])));
    deleted(&mut cloud).await;

    let (events, ended) = deployed(&mut cloud, &bad, OnFailure::Delete).await;
    assert!(ended.unwrap_err().contains("already exists"));
    assert_eq!(
        events[6..],
        [
            &format!("DELETE_IN_PROGRESS other {why} Delete requested by user."),
            "DELETE_COMPLETE Bad",
            "DELETE_IN_PROGRESS Last",
            "DELETE_COMPLETE Last",
            "DELETE_COMPLETE other"
        ]
    );
    assert_eq!((status(&cloud), there(&cloud)), (None, pairs(&[])));

    let (events, ended) = deployed(&mut cloud, &bad, OnFailure::DoNothing).await;
    assert!(ended.unwrap_err().starts_with("CREATE_FAILED  AWS::SQS::Queue  Bad"));
    assert_eq!(
        events[1..],
        [
            "CREATE_IN_PROGRESS Last",
            "CREATE_IN_PROGRESS Last",
            "CREATE_COMPLETE Last",
            "CREATE_IN_PROGRESS Bad",
            "CREATE_FAILED Bad",
            &format!("CREATE_FAILED other {why}")
        ]
    );
    assert_eq!(there(&cloud), pairs(&[("Last", 1)]));

    // It goes on from there, and may fail again.
    let (events, _) = deployed(&mut cloud, &(queues(&[("More", 1), ("Last", 2)]) + BAD), OnFailure::DoNothing).await;
    assert_eq!(events.last().unwrap(), &format!("UPDATE_FAILED other {why}"));
    assert_eq!(there(&cloud), pairs(&[("More", 1), ("Last", 2)]));
    let (events, ended) = deployed(&mut cloud, &queues(&[("Last", 2)]), OnFailure::DoNothing).await;
    ended.unwrap();
    assert_eq!(events[1..3], ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS other", "DELETE_IN_PROGRESS More"]);
    assert_eq!((status(&cloud).as_deref(), there(&cloud)), (Some("UPDATE_COMPLETE"), pairs(&[("Last", 2)])));
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_a_creation_goes_with_a_rollback_or_a_deletion() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let bad = queues(&[("Last", 1)]) + BAD;
    deployed(&mut cloud, &bad, OnFailure::DoNothing).await.1.unwrap_err();
    let (events, ended) = rolled_back(&mut cloud, &[]).await;
    ended.unwrap();
    assert_eq!(
        events,
        [
            "DELETE_IN_PROGRESS other User Initiated",
            "DELETE_IN_PROGRESS Last",
            "DELETE_COMPLETE Last",
            "DELETE_COMPLETE other"
        ]
    );
    assert_eq!((status(&cloud), there(&cloud)), (None, pairs(&[])));
    deployed(&mut cloud, &bad, OnFailure::DoNothing).await.1.unwrap_err();
    deleted(&mut cloud).await;
    assert_eq!((status(&cloud), there(&cloud)), (None, pairs(&[])));
    // A stack that is not half-way has nothing to take back.
    assert!(rolled_back(&mut cloud, &[]).await.1.is_err());
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_updates_is_taken_back_to_the_last_stable_state_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut cloud = booted(folder.path(), BASE, Some(&data)).await;
    deployed(&mut cloud, &queues(&[("First", 1), ("Gone", 1)]), OnFailure::Rollback).await.1.unwrap();
    for timeout in [2, 3] {
        let next = queues(&[("First", timeout), ("Last", timeout)]) + BAD;
        deployed(&mut cloud, &next, OnFailure::DoNothing).await.1.unwrap_err();
    }
    let half_way = pairs(&[("First", 3), ("Last", 3), ("Gone", 1)]);
    assert_eq!((status(&cloud).as_deref(), there(&cloud)), (Some("UPDATE_FAILED"), half_way.clone()));
    cloud.shutdown().await;

    let mut cloud = booted(folder.path(), BASE, Some(&data)).await;
    assert_eq!((status(&cloud).as_deref(), there(&cloud)), (Some("UPDATE_FAILED"), half_way));
    let (events, ended) = rolled_back(&mut cloud, &[]).await;
    ended.unwrap();
    assert_eq!(
        events,
        [
            "UPDATE_ROLLBACK_IN_PROGRESS other User Initiated",
            "UPDATE_IN_PROGRESS First",
            "UPDATE_COMPLETE First",
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS other",
            "DELETE_IN_PROGRESS Last",
            "DELETE_COMPLETE Last",
            "UPDATE_ROLLBACK_COMPLETE other"
        ]
    );
    assert_eq!(there(&cloud), pairs(&[("First", 1), ("Gone", 1)]));
    let record = cloud.stacks().find("other").unwrap();
    assert_eq!(record.source.template, queues(&[("First", 1), ("Gone", 1)]));
    assert!(record.unfinished.is_none());
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_was_stable_is_a_way_out_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let stable = queues(&[("Last", 1)]);
    deployed(&mut cloud, &stable, OnFailure::Rollback).await.1.unwrap();
    deployed(&mut cloud, &(stable.clone() + BAD), OnFailure::DoNothing).await.1.unwrap_err();
    let (events, ended) = deployed(&mut cloud, &stable, OnFailure::DoNothing).await;
    ended.unwrap();
    assert_eq!(events.last().unwrap(), "UPDATE_COMPLETE other");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replaced_where_what_was_made_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let named =
        |name: &str| format!("Resources:\n  Named: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n");
    deployed(&mut cloud, &named("one"), OnFailure::DoNothing).await.1.unwrap();
    let said = deployed(&mut cloud, &named("two"), OnFailure::DoNothing).await.1.unwrap_err();
    let expected =
        "UPDATE_FAILED  AWS::SQS::Queue  Named  Replacement type updates not supported on stack with disable-rollback.";
    assert_eq!(said, expected);
    assert_eq!(status(&cloud).as_deref(), Some("UPDATE_FAILED"));
    rolled_back(&mut cloud, &[]).await.1.unwrap();
    deployed(&mut cloud, &named("two"), OnFailure::Rollback).await.1.unwrap();
    cloud.shutdown().await;
}

const TABLE: &str = "Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: pk, \
                     AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}]";

async fn dynamodb(cloud: &Cloud, operation: &str, mut request: Value) -> Result<Value, String> {
    request["TableName"] = json!("posts");
    DynamoDb::of(cloud).tables().call(operation, &request).await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_fails_is_continued_without_what_cannot_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let with = |more: &str, rest: &str| format!("Resources:\n  Last: {{{TABLE}, TableName: posts{more}}}}}\n{rest}");
    deployed(&mut cloud, &with("", ""), OnFailure::Rollback).await.1.unwrap();
    let streamed = ", StreamSpecification: {StreamViewType: KEYS_ONLY}";
    deployed(&mut cloud, &with(streamed, BAD), OnFailure::DoNothing).await.1.unwrap_err();
    dynamodb(&cloud, "DeleteTable", json!({})).await.unwrap();
    let (events, ended) = rolled_back(&mut cloud, &[]).await;
    assert!(ended.unwrap_err().starts_with("UPDATE_FAILED  AWS::DynamoDB::Table  Last"));
    assert!(events.last().unwrap().starts_with("UPDATE_ROLLBACK_FAILED other"), "{events:?}");
    let (events, ended) = rolled_back(&mut cloud, &["Last".to_string()]).await;
    ended.unwrap();
    assert_eq!(events.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE other");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_policy_retains_stays_after_a_rollback_and_is_refused_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), BASE, None).await;
    let with =
        |policy: &str| format!("Resources:\n  Last: {{DeletionPolicy: {policy}, {TABLE}, TableName: posts}}}}\n{BAD}");
    for policy in ["Delete", "RetainExceptOnCreate"] {
        let (events, _) = deployed(&mut cloud, &with(policy), OnFailure::Rollback).await;
        assert!(events.contains(&"DELETE_COMPLETE Last".to_string()), "{policy}: {events:?}");
        deleted(&mut cloud).await;
    }
    let retained =
        Deployment { retain_except_on_create: true, ..Deployment::of_text("other", &with("Retain"), BTreeMap::new()) };
    cloud.deploy(&retained, &mut |_| {}).await.unwrap_err();
    assert!(dynamodb(&cloud, "DescribeTable", json!({})).await.is_err());
    deleted(&mut cloud).await;

    let (events, _) = deployed(&mut cloud, &with("Retain"), OnFailure::Rollback).await;
    assert!(events.contains(&"DELETE_SKIPPED Last".to_string()), "{events:?}");
    dynamodb(&cloud, "DescribeTable", json!({})).await.unwrap();
    deleted(&mut cloud).await;
    let said = deployed(&mut cloud, &with("Retain"), OnFailure::Rollback).await.1.unwrap_err();
    assert!(said.contains("Resource of type 'AWS::DynamoDB::Table' with identifier 'posts' already exists."), "{said}");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_outside_of_all_stacks_is_refused_where_the_template_chose_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut cloud = booted(folder.path(), BASE, Some(&data)).await;
    let key = json!({ "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }] });
    dynamodb(&cloud, "CreateTable", key).await.unwrap();
    cloud.logs().create_group("/made/by/hand");
    let retained = "Resources:\n  Queue: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: jobs}}\n  \
                    Bucket: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: files-of-tests}}\n  \
                    Unnamed: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}\n";
    deployed(&mut cloud, retained, OnFailure::Rollback).await.1.unwrap();
    deleted(&mut cloud).await;
    for (resource, said) in [
        (
            format!("{{{TABLE}, TableName: posts}}}}"),
            "Resource of type 'AWS::DynamoDB::Table' with identifier 'posts' already exists.",
        ),
        (
            "{Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /made/by/hand}}".to_string(),
            "Resource of type 'AWS::Logs::LogGroup' with identifier '{\"/properties/LogGroupName\":\"/made/by/hand\"}' already exists.",
        ),
        (
            "{Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}".to_string(),
            "Resource of type 'AWS::SQS::Queue' with identifier 'jobs' already exists.",
        ),
        (
            "{Type: AWS::S3::Bucket, Properties: {BucketName: files-of-tests}}".to_string(),
            "files-of-tests already exists (Service: S3, Status Code: 0, Request ID: null)",
        ),
    ] {
        let text = format!("Resources:\n  One: {resource}\n");
        let refused = deployed(&mut cloud, &text, OnFailure::Rollback).await.1.unwrap_err();
        assert!(refused.contains(said) && refused.contains("HandlerErrorCode: AlreadyExists"), "{refused}");
        deleted(&mut cloud).await;
    }
    assert_eq!(S3::of(&cloud).buckets().keys("files-of-tests").await, [] as [&str; 0], "it is still there");
    // A name that the template leaves out is another one each time on AWS.
    deployed(&mut cloud, "Resources:\n  Unnamed: {Type: AWS::SQS::Queue}\n", OnFailure::Rollback).await.1.unwrap();
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_takes_up_again_what_it_had_in_an_earlier_run() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let more = format!("{BASE}  Posts: {{{TABLE}, TableName: posts}}}}\n");
    let mut cloud = booted(folder.path(), BASE, Some(&data)).await;
    let deploy = |text: &str| Deployment::of_text("board", text, BTreeMap::new());
    cloud.deploy(&deploy(&more), &mut |_| {}).await.unwrap();
    dynamodb(&cloud, "PutItem", json!({ "Item": { "pk": { "S": "kept" } } })).await.unwrap();
    // Twice: what is left behind is remembered for as long as it is.
    for _ in 0..2 {
        cloud.shutdown().await;
        cloud = booted(folder.path(), BASE, Some(&data)).await;
    }
    let other = deployed(&mut cloud, &more.replace(BASE, "Resources:\n"), OnFailure::Rollback).await;
    assert!(other.1.unwrap_err().contains("already exists"), "it is the first stack's own");
    cloud.deploy(&deploy(&more), &mut |_| {}).await.unwrap();
    let kept = dynamodb(&cloud, "GetItem", json!({ "Key": { "pk": { "S": "kept" } } })).await.unwrap();
    assert_eq!(kept["Item"]["pk"]["S"], "kept");
    cloud.shutdown().await;
}
