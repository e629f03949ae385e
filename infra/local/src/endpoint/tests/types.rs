//! Values of another type than the model's, in every service that reads JSON here.

use super::*;

#[tokio::test]
async fn a_value_of_another_type_cannot_be_read_in_any_json_protocol() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let queue = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures";
    let (list, structure) =
        ("Start of list found where not expected", "Start of structure or map found where not expected.");
    for (target, request, expected) in [
        (
            "SQS.SendMessage",
            json!({ "QueueUrl": queue, "MessageBody": 5 }),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "SQS.SendMessage",
            json!({ "QueueUrl": 5, "MessageBody": "m" }),
            "NUMBER_VALUE can not be converted to a String",
        ),
        ("SQS.SendMessage", json!({ "QueueUrl": queue, "MessageBody": {} }), structure),
        (
            "SQS.SendMessage",
            json!({ "QueueUrl": queue, "MessageBody": "m", "DelaySeconds": "5" }),
            "STRING_VALUE can not be converted to an Integer",
        ),
        ("SQS.SendMessage", json!({ "QueueUrl": queue, "MessageBody": "m", "MessageAttributes": [] }), list),
        (
            "SQS.SendMessage",
            json!({ "QueueUrl": queue, "MessageBody": "m", "MessageAttributes": { "a": { "DataType": "Number", "StringValue": 5 } } }),
            "NUMBER_VALUE can not be converted to a String",
        ),
        ("SQS.SendMessageBatch", json!({ "QueueUrl": queue, "Entries": {} }), structure),
        ("SQS.SendMessageBatch", json!({ "QueueUrl": queue, "Entries": ["a"] }), "Expected null"),
        (
            "SQS.DeleteMessage",
            json!({ "QueueUrl": queue, "ReceiptHandle": true }),
            "TRUE_VALUE can not be converted to a String",
        ),
        ("SQS.ReceiveMessage", json!({ "QueueUrl": queue, "AttributeNames": "All" }), "Expected list or null"),
        (
            "SQS.ReceiveMessage",
            json!({ "QueueUrl": queue, "WaitTimeSeconds": false }),
            "FALSE_VALUE can not be converted to an Integer",
        ),
        ("SQS.ListQueues", json!({ "MaxResults": [] }), list),
        ("Logs.PutLogEvents", json!({ "logGroupName": 1 }), "NUMBER_VALUE can not be converted to a String"),
        ("Logs.PutLogEvents", json!({ "logGroupName": "group", "logEvents": "x" }), "Expected list or null"),
        (
            "Logs.PutLogEvents",
            json!({ "logGroupName": "group", "logStreamName": "s", "logEvents": [{ "timestamp": "1", "message": "m" }] }),
            "STRING_VALUE can not be converted to a Long",
        ),
        (
            "Logs.DescribeLogStreams",
            json!({ "logGroupName": "group", "descending": 1 }),
            "NUMBER_VALUE can not be converted to a Boolean",
        ),
        (
            "Logs.PutRetentionPolicy",
            json!({ "logGroupName": "group", "retentionInDays": "7" }),
            "STRING_VALUE can not be converted to an Integer",
        ),
        ("Logs.CreateLogGroup", json!({ "logGroupName": "new", "tags": [] }), list),
        ("CloudWatch.ListMetrics", json!({ "Namespace": {} }), structure),
        (
            "CloudWatch.PutMetricData",
            json!({ "Namespace": "n", "MetricData": [{ "Value": "1" }] }),
            "STRING_VALUE can not be converted to a Double",
        ),
        ("CloudWatch.DeleteAlarms", json!({ "AlarmNames": "a" }), "Expected list or null"),
    ] {
        let (service, operation) = target.split_once('.').unwrap();
        let (scope, version) = match service {
            "SQS" => ("sqs", "AmazonSQS"),
            "Logs" => ("logs", "Logs_20140328"),
            _ => ("monitoring", "GraniteServiceVersion20100801"),
        };
        let got = fixture.call(scope, &format!("{version}.{operation}"), request.clone()).await;
        assert_eq!(got, Err(format!("SerializationException: {expected}")), "{target} {request}");
    }
    for (method, path, request, expected) in [
        (
            "PUT",
            "functions/board-api/concurrency",
            json!({ "ReservedConcurrentExecutions": "5" }),
            "STRING_VALUE can not be converted to an Integer",
        ),
        ("PUT", "functions/board-api/event-invoke-config", json!({ "DestinationConfig": [] }), list),
        ("PUT", "functions/board-api/code", json!({ "ZipFile": 1 }), "NUMBER_VALUE can not be converted to a Blob"),
        (
            "POST",
            "event-source-mappings",
            json!({ "BatchSize": "ten" }),
            "STRING_VALUE can not be converted to an Integer",
        ),
        ("POST", "event-source-mappings", json!({ "FilterCriteria": { "Filters": [{ "Pattern": {} }] } }), structure),
    ] {
        let got = fixture.send("lambda", method, &format!("/2015-03-31/{path}"), &[], &request).await;
        let said: Value = serde_json::from_str(&got.body).unwrap();
        assert_eq!((got.status, got.error_type.as_str()), (400, "SerializationException"), "{path}: {}", got.body);
        assert_eq!(said["message"], expected, "{path} {request}");
    }
}
