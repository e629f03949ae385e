//! Event source mappings beyond what a case file can say: changes while they run, restarts, throttling, partition queues, old records.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::time::Duration;

use conformance::function::Behaviour;
use conformance::ground::{FUNCTION, Ground, function};
use dynamodb::DynamoDb;
use local::clock::Clock;
use local::cloud::{Boot, Cloud};
use serde_json::{Map, Value, json};
use stack::{EventSourceMapping, Metric, Queue, Stack, Table, queue_arn, stream_arn};

const TABLE: &str = "board";
const LIMIT: Duration = Duration::from_secs(30);

fn ground() -> Ground {
    Ground::new(env!("CARGO_BIN_EXE_conformance"))
}

/// A table, a queue, and a function that does what `lambda` says, in a role that may do everything.
fn stack(lambda: Value) -> Stack {
    let mut setup = function(FUNCTION, Some(&lambda), false).unwrap();
    setup.function.role.policies =
        vec![json!({ "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] })];
    let create = json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    });
    let queue = Queue {
        logical_id: "Failures".to_string(),
        name: "failures".to_string(),
        visibility_timeout: Duration::from_secs(30),
        message_retention_period: Duration::from_secs(345_600),
        redrive_policy: None,
        policy: None,
    };
    Stack {
        name: "test".to_string(),
        functions: vec![setup.function],
        tables: vec![Table {
            logical_id: "Table".to_string(),
            name: TABLE.to_string(),
            create,
            time_to_live_attribute: None,
        }],
        queues: vec![queue],
        ..Stack::default()
    }
}

fn request(more: Value) -> Map<String, Value> {
    let mut request = json!({
        "EventSourceArn": stream_arn(TABLE),
        "FunctionName": FUNCTION,
        "StartingPosition": "TRIM_HORIZON",
        "DestinationConfig": { "OnFailure": { "Destination": queue_arn("failures") } },
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request.as_object().unwrap().clone()
}

async fn put(cloud: &Cloud, id: &str, n: usize) {
    let request = json!({ "TableName": TABLE, "Item": { "id": { "S": id }, "n": { "N": n.to_string() } } });
    DynamoDb::of(cloud).tables().call("PutItem", &request).await.unwrap();
}

/// What was delivered, batch by batch: each record's id and number.
fn batches(cloud: &Cloud) -> Vec<Vec<(String, usize)>> {
    let record = |record: &Value| {
        let image = &record["dynamodb"]["NewImage"];
        (image["id"]["S"].as_str().unwrap().to_string(), image["n"]["N"].as_str().unwrap().parse().unwrap())
    };
    let batch = |event: &[u8]| {
        let event: Value = serde_json::from_slice(event).unwrap();
        event["Records"].as_array().unwrap().iter().map(record).collect()
    };
    cloud.lambda().invocations(FUNCTION).iter().map(|invocation| batch(&invocation.event)).collect()
}

fn given_up(cloud: &Cloud) -> Vec<Value> {
    let messages = cloud.queues().messages(&queue_arn("failures"));
    messages.iter().map(|message| serde_json::from_str(&message.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn partition_queues_keep_the_order_of_each_item() {
    let cloud = ground().boot(stack(json!({ "returns": null }))).await.unwrap();
    for n in 0..8 {
        for item in 0..12 {
            put(&cloud, &format!("item{item}"), n).await;
        }
    }
    DynamoDb::of(&cloud)
        .event_source_mappings()
        .create(&request(json!({ "ParallelizationFactor": 5, "BatchSize": 3 })))
        .unwrap();
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    let delivered: Vec<(String, usize)> = batches(&cloud).into_iter().flatten().collect();
    assert_eq!(delivered.len(), 96);
    for item in 0..12 {
        let id = format!("item{item}");
        // Invocations are remembered in the order in which they ended; within a partition queue that is the order of delivery.
        let numbers: Vec<usize> = delivered.iter().filter(|(other, _)| *other == id).map(|(_, n)| *n).collect();
        assert_eq!(numbers, (0..8).collect::<Vec<_>>(), "{id}");
    }
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_uses_up_no_attempt() {
    let cloud = ground().boot(stack(json!({ "returns": null, "reserved_concurrency": 0 }))).await.unwrap();
    put(&cloud, "a", 1).await;
    DynamoDb::of(&cloud).event_source_mappings().create(&request(json!({ "MaximumRetryAttempts": 0 }))).unwrap();
    assert!(
        DynamoDb::of(&cloud).drain(Duration::from_millis(400)).await.is_err(),
        "a throttled function works nothing off"
    );
    cloud.lambda().reserve_concurrency(FUNCTION, None).unwrap();
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    assert_eq!(batches(&cloud), [[("a".to_string(), 1)]]);
    assert!(given_up(&cloud).is_empty());
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_after_what_was_done_and_what_was_filtered_out() {
    let folder = tempfile::tempdir().unwrap();
    let pattern = json!({ "dynamodb": { "NewImage": { "id": { "S": [{ "prefix": "yes" }] } } } }).to_string();
    let mapping = EventSourceMapping {
        logical_id: "FunctionPosts".to_string(),
        uuid: "3b4b0b0e-0000-4000-8000-000000000000".to_string(),
        table: TABLE.to_string(),
        function: FUNCTION.to_string(),
        batch_size: 10,
        filters: vec![pattern],
        ..EventSourceMapping::default()
    };
    let boot = || async {
        let stack = Stack { event_source_mappings: vec![mapping.clone()], ..stack(json!({ "returns": null })) };
        let boot = ground().with_services("");
        Cloud::boot_stack(stack, Boot { data: Some(folder.path().to_path_buf()), ..boot }).await.unwrap()
    };
    let cloud = boot().await;
    for (n, id) in ["yes1", "yes2", "no1", "no2"].into_iter().enumerate() {
        put(&cloud, id, n).await;
    }
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    let delivered: Vec<(String, usize)> = batches(&cloud).into_iter().flatten().collect();
    assert_eq!(delivered, [("yes1".to_string(), 0), ("yes2".to_string(), 1)]);
    cloud.shutdown().await;

    let checkpoint = std::fs::read_to_string(folder.path().join("checkpoints.json")).unwrap();
    let cloud = boot().await;
    put(&cloud, "yes3", 4).await;
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    assert_eq!(batches(&cloud), [[("yes3".to_string(), 4)]]);
    cloud.shutdown().await;
    assert_ne!(std::fs::read_to_string(folder.path().join("checkpoints.json")).unwrap(), checkpoint);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_too_old_are_given_up_untried() {
    let boot = ground().with_services("");
    // The tables keep their own time; everything else lives in 2100.
    let later = Clock::real().now().replace_year(2100).unwrap();
    let cloud = Cloud::boot_stack(stack(json!({ "returns": null })), Boot { clock: Clock::frozen(later), ..boot })
        .await
        .unwrap();
    put(&cloud, "old", 1).await;
    DynamoDb::of(&cloud).event_source_mappings().create(&request(json!({ "MaximumRecordAgeInSeconds": 60 }))).unwrap();
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    assert!(batches(&cloud).is_empty());
    let messages = given_up(&cloud);
    assert_eq!(messages[0]["requestContext"]["condition"], "RecordAgeExceeded");
    assert_eq!(messages[0]["DDBStreamBatchInfo"]["batchSize"], 1);
    assert!(messages[0].get("responseContext").is_none());
    cloud.shutdown().await;
}

/// The sum of a metric of the mapping `uuid`, or of its function where no mapping is named; nothing where it has no samples.
fn sum(cloud: &Cloud, metric: &str, uuid: Option<&str>) -> Option<f64> {
    let dimension = uuid.map_or(("FunctionName", FUNCTION), |uuid| ("EventSourceMappingUUID", uuid));
    let metric = Metric::new("AWS/Lambda", metric, &[dimension]);
    let found = cloud.cloudwatch().datapoints(&metric, (0, i64::MAX), 60, None);
    (!found.is_empty()).then(|| found.iter().map(|datapoint| datapoint.samples.sum).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_counts_what_it_reads_and_drops_where_its_metrics_config_says_so() {
    let none = json!({ "DestinationConfig": {} });
    let lost = json!({ "DestinationConfig": { "OnFailure": { "Destination": queue_arn("gone") } } });
    // Given to the queue, dropped, and how often a destination took nothing.
    for (destination, delivered, dropped, failures) in
        [(json!({}), Some(2.0), None, None), (none, None, Some(2.0), None), (lost, None, Some(2.0), Some(1.0))]
    {
        for metrics in [json!({ "MetricsConfig": { "Metrics": ["EventCount"] } }), json!({})] {
            let cloud = ground().boot(stack(json!({ "throws": "Boom" }))).await.unwrap();
            for (n, id) in ["a", "b", "c"].into_iter().enumerate() {
                put(&cloud, id, n).await;
            }
            let mut asked = request(json!({
                "MaximumRetryAttempts": 1,
                "FilterCriteria": { "Filters": [{ "Pattern": r#"{"dynamodb":{"Keys":{"id":{"S":["a","b"]}}}}"# }] },
            }));
            for more in [&destination, &metrics] {
                asked.extend(more.as_object().unwrap().clone());
            }
            let described = DynamoDb::of(&cloud).event_source_mappings().create(&asked).unwrap();
            assert_eq!(described.get("MetricsConfig"), metrics.get("MetricsConfig"));
            DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
            let own = |metric| sum(&cloud, metric, described["UUID"].as_str());
            let counted = [
                ("PolledEventCount", Some(3.0)),
                ("FilteredOutEventCount", Some(1.0)),
                ("InvokedEventCount", Some(4.0)),
                ("OnFailureDestinationDeliveredEventCount", delivered),
                ("DroppedEventCount", dropped),
            ];
            for (metric, expected) in counted {
                let expected = metrics.get("MetricsConfig").and(expected);
                assert_eq!(own(metric), expected, "{metric} of {destination} with {metrics}");
            }
            assert_eq!(sum(&cloud, "DestinationDeliveryFailures", None), failures, "{destination}");
            cloud.shutdown().await;
        }
    }
    let cloud = ground().boot(stack(json!({ "returns": null }))).await.unwrap();
    let kafka = request(json!({ "MetricsConfig": { "Metrics": ["KafkaMetrics"] } }));
    let refused = DynamoDb::of(&cloud).event_source_mappings().create(&kafka).unwrap_err().to_string();
    assert!(refused.contains("EventCount"), "{refused}");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_reply_splits_where_it_says_and_a_failure_in_the_middle() {
    let lambda = json!({ "returns_failed_sequence_numbers_where": { "NewImage.id.S": "poison" } });
    let cloud = ground().boot(stack(lambda)).await.unwrap();
    for (n, id) in ["a", "b", "poison", "c"].into_iter().enumerate() {
        put(&cloud, id, n).await;
    }
    let more = json!({ "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 1, "FunctionResponseTypes": ["ReportBatchItemFailures"] });
    DynamoDb::of(&cloud).event_source_mappings().create(&request(more)).unwrap();
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    let ids: Vec<String> = batches(&cloud)
        .iter()
        .map(|batch| batch.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(ids, ["a b poison c", "poison c", "poison c"]);
    // Identifiers that the reply names are failures of the batch from there on: what comes after the poison goes with it.
    assert_eq!(given_up(&cloud)[0]["DDBStreamBatchInfo"]["batchSize"], 2);
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_changed_stopped_and_deleted_while_it_runs() {
    let cloud = ground().boot(stack(json!({ "returns": null }))).await.unwrap();
    let streams = DynamoDb::of(&cloud).event_source_mappings();
    let uuid = streams.create(&request(json!({ "BatchSize": 1 }))).unwrap()["UUID"].as_str().unwrap().to_string();
    assert_eq!(streams.get(&uuid).unwrap()["State"], "Enabled");
    put(&cloud, "a", 1).await;
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    assert_eq!(streams.get(&uuid).unwrap()["LastProcessingResult"], "OK");

    let disabling = streams.update(&uuid, json!({ "Enabled": false, "BatchSize": 7 }).as_object().unwrap()).unwrap();
    assert_eq!((&disabling["State"], &disabling["BatchSize"]), (&json!("Disabling"), &json!(7)));
    settled(&cloud, &uuid, "Disabled").await;
    put(&cloud, "b", 2).await;
    put(&cloud, "c", 3).await;
    assert_eq!(batches(&cloud).len(), 1);
    streams.update(&uuid, json!({ "Enabled": true }).as_object().unwrap()).unwrap();
    settled(&cloud, &uuid, "Enabled").await;
    DynamoDb::of(&cloud).drain(LIMIT).await.unwrap();
    assert_eq!(batches(&cloud)[1], [("b".to_string(), 2), ("c".to_string(), 3)]);

    assert_eq!(streams.list(Some(FUNCTION), None).len(), 1);
    assert_eq!(streams.delete(&uuid).unwrap()["State"], "Deleting");
    assert_eq!(streams.get(&uuid).unwrap_err().to_string(), "The resource you requested does not exist.");
    assert!(streams.list(None, Some(&stream_arn(TABLE))).is_empty());
    cloud.shutdown().await;
}

/// Waits until a change is through.
async fn settled(cloud: &Cloud, uuid: &str, state: &str) {
    let change = async {
        while DynamoDb::of(cloud).event_source_mappings().get(uuid).unwrap()["State"] != state {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, change).await.unwrap_or_else(|_| panic!("the mapping never is {state}"));
}

#[test]
fn a_behaviour_survives_the_environment() {
    let given = json!({ "returns_failed_sequence_numbers_where": { "NewImage.id.S": "poison" } });
    let behaviour = Behaviour::of(given.as_object().unwrap(), false).unwrap();
    let text = serde_json::to_string(&behaviour).unwrap();
    assert_eq!(serde_json::from_str::<Behaviour>(&text).unwrap(), behaviour);
}
