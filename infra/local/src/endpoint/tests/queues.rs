//! SQS, asked in JSON: what a client that checks digests, sizes and errors sees.

use super::*;

const URL: &str = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures";

/// The answer to an operation on the queue, or its error.
async fn call(fixture: &Fixture, operation: &str, mut request: Value) -> Result<Value, String> {
    request["QueueUrl"] = json!(URL);
    fixture.call("sqs", &format!("AmazonSQS.{operation}"), request).await
}

#[tokio::test]
async fn what_is_sent_beside_a_message_comes_with_it_to_those_who_ask() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let attributes = json!({ "n": { "DataType": "Number", "StringValue": "7" }, "s.a": { "DataType": "String", "StringValue": "x" } });
    let trace = json!({ "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793" } });
    let sent = json!({ "MessageBody": "m", "MessageAttributes": attributes, "MessageSystemAttributes": trace, "MessageGroupId": "g" });
    let sent = call(&fixture, "SendMessage", sent).await.unwrap();
    let none = call(&fixture, "ReceiveMessage", json!({ "VisibilityTimeout": 0 })).await.unwrap();
    let names: Vec<&String> = none["Messages"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["Body", "MD5OfBody", "MessageId", "ReceiptHandle"], "nobody asked for more");
    let asked = json!({ "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["AWSTraceHeader", "MessageGroupId"],
        "VisibilityTimeout": 0 });
    let received = call(&fixture, "ReceiveMessage", asked).await.unwrap()["Messages"][0].clone();
    assert_eq!(received["MessageAttributes"], attributes);
    assert_eq!(received["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    assert!(sent["MD5OfMessageAttributes"].is_string() && sent["MD5OfMessageSystemAttributes"].is_string(), "{sent}");
    let system = json!({ "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793", "MessageGroupId": "g" });
    assert_eq!(received["Attributes"], system);
    let asked = json!({ "MessageAttributeNames": ["s.*"], "AttributeNames": ["All"], "VisibilityTimeout": 0 });
    let received = call(&fixture, "ReceiveMessage", asked).await.unwrap()["Messages"][0].clone();
    assert_eq!(received["MessageAttributes"], json!({ "s.a": attributes["s.a"] }));
    assert_eq!(received["Attributes"]["ApproximateReceiveCount"], "3");
    assert!(received["Attributes"]["SenderId"].as_str().unwrap().ends_with(":board-api"), "{received}");
}

#[tokio::test]
async fn wrong_requests_get_the_services_errors() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let large = "x".repeat(1024 * 1024 - 1);
    let attribute = json!({ "attr.1øßä": { "DataType": "String", "StringValue": "x" } });
    for (operation, request, expected) in [
        (
            "SendMessage",
            json!({ "MessageBody": large, "MessageAttributes": attribute }),
            "InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "a\u{1}" }),
            "InvalidMessageContents: Invalid characters found. Valid unicode characters are",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "MessageAttributes": { "a": { "DataType": "String", "StringValue": "x\u{8}" } } }),
            "InvalidParameterValueException: Invalid characters found.",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "MessageAttributes": { "a§": { "DataType": "String", "StringValue": "x" } } }),
            "InvalidParameterValueException: Message (user) attribute name can only contain",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "DelaySeconds": 901 }),
            "InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "MessageGroupId": "group 123" }),
            "InvalidParameterValueException: Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "MessageDeduplicationId": "d" }),
            "InvalidParameterValueException: Value d for parameter",
        ),
        (
            "SendMessage",
            json!({ "MessageBody": "m", "MessageSystemAttributes": { "Other": {} } }),
            "InvalidParameterValueException: ",
        ),
        (
            "SendMessageBatch",
            json!({ "Entries": [] }),
            "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.",
        ),
        (
            "DeleteMessage",
            json!({ "ReceiptHandle": "garbage" }),
            "ReceiptHandleIsInvalid: The input receipt handle \"garbage\" is not a valid receipt handle.",
        ),
        (
            "ChangeMessageVisibility",
            json!({ "ReceiptHandle": "garbage", "VisibilityTimeout": 0 }),
            "ReceiptHandleIsInvalid: ",
        ),
        (
            "ReceiveMessage",
            json!({ "ReceiveRequestAttemptId": "r" }),
            "InvalidParameterValueException: Value r for parameter ReceiveRequestAttemptId is invalid. Reason: The request includes a parameter",
        ),
        ("GetQueueAttributes", json!({ "AttributeNames": ["Foo"] }), "InvalidAttributeName: Unknown Attribute Foo."),
        (
            "ReceiveMessage",
            json!({ "WaitTimeSeconds": 21 }),
            "InvalidParameterValueException: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (
            "ReceiveMessage",
            json!({ "MaxNumberOfMessages": 11 }),
            "InvalidParameterValueException: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
    ] {
        let got = call(&fixture, operation, request).await.unwrap_err();
        assert!(got.starts_with(expected), "{operation}: {got}");
    }
    for (operation, parameter) in [("SendMessage", "QueueUrl"), ("GetQueueUrl", "QueueName")] {
        let missing = format!("MissingRequiredParameterException: The request must contain the parameter {parameter}.");
        for request in [json!({}), json!({ parameter: "" })] {
            let got = fixture.call("sqs", &format!("AmazonSQS.{operation}"), request).await;
            assert_eq!(got, Err(missing.clone()), "{operation}");
        }
    }
    let entries = json!([{ "Id": "a", "MessageBody": "a\u{1}" }, { "Id": "b", "MessageBody": "b" }]);
    let got = call(&fixture, "SendMessageBatch", json!({ "Entries": entries })).await.unwrap();
    assert_eq!((&got["Failed"][0]["Id"], &got["Failed"][0]["Code"]), (&json!("a"), &json!("InvalidMessageContents")));
    assert_eq!(got["Successful"][0]["Id"], "b");
}

#[tokio::test]
async fn a_queue_is_described_listed_and_purged_as_the_service_does() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    call(&fixture, "SendMessage", json!({ "MessageBody": "m", "DelaySeconds": 900 })).await.unwrap();
    let all =
        call(&fixture, "GetQueueAttributes", json!({ "AttributeNames": ["All"] })).await.unwrap()["Attributes"].clone();
    for (name, value) in [
        ("ApproximateNumberOfMessages", "0"),
        ("ApproximateNumberOfMessagesDelayed", "1"),
        ("DelaySeconds", "0"),
        ("MaximumMessageSize", "1048576"),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "true"),
    ] {
        assert_eq!(all[name], value, "{name}");
    }
    assert_eq!(all["CreatedTimestamp"], all["LastModifiedTimestamp"]);
    let policy: Value = serde_json::from_str(all["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"]["Action"], "sqs:PurgeQueue");
    assert_eq!(call(&fixture, "GetQueueAttributes", json!({})).await.unwrap(), json!({}));
    assert_eq!(call(&fixture, "ReceiveMessage", json!({})).await.unwrap(), json!({}), "it is delayed");
    assert_eq!(call(&fixture, "ListQueues", json!({ "QueueNamePrefix": "none" })).await.unwrap(), json!({}));
    let page = call(&fixture, "ListQueues", json!({ "MaxResults": 1 })).await.unwrap();
    assert_eq!(
        (page["QueueUrls"].as_array().unwrap().len(), &page["NextToken"]),
        (1, &Value::Null),
        "there is one queue"
    );
    for (operation, request, expected) in [
        (
            "ListQueues",
            json!({ "NextToken": "failures" }),
            "InvalidParameterValueException: Invalid or expired next token.",
        ),
        (
            "ReceiveMessage",
            json!({ "AttributeNames": ["SenderId", "Sender"] }),
            "InvalidAttributeName: Unknown Attribute Sender.",
        ),
        (
            "ReceiveMessage",
            json!({ "MessageSystemAttributeNames": ["QueueArn"] }),
            "InvalidAttributeName: Unknown Attribute QueueArn.",
        ),
        (
            "GetQueueAttributes",
            json!({ "AttributeNames": ["SenderId"] }),
            "InvalidAttributeName: Unknown Attribute SenderId.",
        ),
    ] {
        assert_eq!(call(&fixture, operation, request).await.unwrap_err(), expected, "{operation}");
    }
    call(&fixture, "ReceiveMessage", json!({ "AttributeNames": ["Policy", "All"] })).await.unwrap();
    call(&fixture, "PurgeQueue", json!({})).await.unwrap();
    let again = call(&fixture, "PurgeQueue", json!({})).await.unwrap_err();
    assert_eq!(again, "PurgeQueueInProgress: Only one PurgeQueue operation on failures is allowed every 60 seconds.");
}

#[tokio::test]
async fn an_earlier_receipt_still_changes_how_long_a_message_is_hidden() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    call(&fixture, "SendMessage", json!({ "MessageBody": "m" })).await.unwrap();
    let first = call(&fixture, "ReceiveMessage", json!({ "VisibilityTimeout": 0 })).await.unwrap();
    let second = call(&fixture, "ReceiveMessage", json!({ "VisibilityTimeout": 30 })).await.unwrap();
    let (first, second) = (&first["Messages"][0]["ReceiptHandle"], &second["Messages"][0]["ReceiptHandle"]);
    assert_ne!(first, second);
    call(&fixture, "ChangeMessageVisibility", json!({ "ReceiptHandle": first, "VisibilityTimeout": 0 })).await.unwrap();
    let entries = json!([{ "Id": "a", "ReceiptHandle": second, "VisibilityTimeout": 0 }]);
    let got = call(&fixture, "ChangeMessageVisibilityBatch", json!({ "Entries": entries })).await.unwrap();
    let message = got["Failed"][0]["Message"].as_str().unwrap();
    assert!(
        message.ends_with("Reason: Message does not exist or is not available for visibility timeout change."),
        "{message}"
    );
    call(&fixture, "DeleteMessage", json!({ "ReceiptHandle": second })).await.unwrap();
    call(&fixture, "DeleteMessage", json!({ "ReceiptHandle": second })).await.unwrap();
    assert!(fixture.cloud.queues().messages(&stack::queue_arn("failures")).is_empty());
}

/// There every value is text, and the operation says what is wrong with it.
#[tokio::test]
async fn numbers_of_the_query_protocol_are_refused_as_they_are_written() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    for (parameters, said) in [
        ("SendMessage&MessageBody=m&DelaySeconds=x", "Value x for parameter DelaySeconds is invalid."),
        ("ReceiveMessage&WaitTimeSeconds=soon", "Value soon for parameter WaitTimeSeconds is invalid."),
        ("ReceiveMessage&MaxNumberOfMessages=1.5", "Value 1.5 for parameter MaxNumberOfMessages is invalid."),
    ] {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = json!(format!("Version=2012-11-05&Action={parameters}"));
        let got = fixture.ask("sqs", "/123456789012/failures", &form, &body).await;
        assert!(got.status == 400 && got.body.contains(said), "{parameters}: {}", got.body);
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = json!("Version=2012-11-05&Action=PurgeQueue");
    let got = fixture.ask("sqs", "/111111111111/failures", &form, &body).await;
    let denied = "arn:aws:sqs:ap-northeast-2:111111111111:failures because no resource-based policy";
    assert!(got.status == 403 && got.body.contains(denied), "{}", got.body);
}
