//! What belongs to another account or region: named by an ARN, by the end of one, or by an address, it never means what is here.

use super::*;

const HERE: &str = "ap-northeast-2:123456789012";

/// The refusal of the learner, whom no role's policy could let in either.
fn foreign(action: &str, resource: &str) -> String {
    format!(
        "User: arn:aws:iam::123456789012:user/learner is not authorized to perform: {action} on resource: {resource} because no \
         resource-based policy allows the {action} action"
    )
}

#[tokio::test]
async fn a_function_of_another_account_or_region_is_not_the_one_here() {
    let mut fixture = Fixture::start(json!([])).await;
    fixture.credentials = fixture.cloud.identities().learner().clone();
    let other = "arn:aws:lambda:ap-northeast-2:111111111111:function:board-api";
    let unreachable = "Functions from 'us-east-1' are not reachable in this region ('ap-northeast-2')";
    let latest = format!("arn:aws:lambda:{HERE}:function:board-api");
    let config = json!({ "MaximumRetryAttempts": 1 });
    let calls = [
        ("POST", "invocations", "InvokeFunction", json!({})),
        ("POST", "invoke-async", "InvokeFunction", json!({})),
        ("GET", "", "GetFunction", Value::Null),
        ("GET", "configuration", "GetFunctionConfiguration", Value::Null),
        ("GET", "concurrency", "GetFunctionConcurrency", Value::Null),
        ("PUT", "concurrency", "PutFunctionConcurrency", json!({ "ReservedConcurrentExecutions": 1 })),
        ("DELETE", "concurrency", "DeleteFunctionConcurrency", Value::Null),
        ("PUT", "code", "UpdateFunctionCode", json!({ "ZipFile": "" })),
        ("GET", "event-invoke-config", "GetFunctionEventInvokeConfig", Value::Null),
        ("PUT", "event-invoke-config", "PutFunctionEventInvokeConfig", config.clone()),
        ("POST", "event-invoke-config", "UpdateFunctionEventInvokeConfig", config),
        ("DELETE", "event-invoke-config", "DeleteFunctionEventInvokeConfig", Value::Null),
    ];
    for (method, path, action, body) in calls {
        let ask = async |function: &str| {
            let path = format!("/2015-03-31/functions/{function}/{path}");
            let got = fixture.send("lambda", method, path.trim_end_matches('/'), &[], &body).await;
            let said: Value = serde_json::from_str(&got.body).unwrap_or_default();
            let message = said["message"].as_str().or(said["Message"].as_str()).unwrap_or_default().to_string();
            (got.status, got.error_type, message)
        };
        let denied = (403, "AccessDeniedException".to_string(), foreign(&format!("lambda:{action}"), other));
        for named in [other, "111111111111:function:board-api", "111111111111:board-api"] {
            assert_eq!(ask(named).await, denied, "{action} of {named}");
        }
        for named in
            ["arn:aws:lambda:us-east-1:123456789012:function:board-api", "us-east-1:123456789012:function:board-api"]
        {
            let expected = (404, "ResourceNotFoundException".to_string(), unreachable.to_string());
            assert_eq!(ask(named).await, expected, "{action} of {named}");
        }
        let (status, error_type, message) = ask("board-api:7").await;
        match action {
            "InvokeFunction" | "GetFunction" | "GetFunctionConfiguration" | "UpdateFunctionCode" => {
                assert_eq!((status, message), (404, format!("Function not found: {latest}:7")), "{action}");
            }
            _ if action.ends_with("FunctionConcurrency") => {
                assert_eq!((status, error_type.as_str()), (400, "InvalidParameterValueException"), "{action}");
                assert!(message.starts_with("This operation is permitted on Lambda functions only."), "{message}");
            }
            _ => assert_eq!((status, error_type.as_str()), (404, "ResourceNotFoundException"), "{action}: {message}"),
        }
        for named in ["123456789012:function:board-api:7?Qualifier=8", "board-api:7?Qualifier=8"] {
            let path = named.replace('?', &format!("/{path}?")).replace("/?", "?");
            let got = fixture.send("lambda", method, &format!("/2015-03-31/functions/{path}"), &[], &body).await;
            let message = "The derived qualifier from the function name does not match the specified qualifier.";
            assert!(got.status == 400 && got.body.contains(message), "{action} {path}: {}", got.body);
        }
    }
    for named in ["us-east-1:123456789012:function:board-api", "111111111111:function:board-api"] {
        let request = json!({ "FunctionName": named, "EventSourceArn": "x" });
        let got = fixture.send("lambda", "POST", "/2015-03-31/event-source-mappings", &[], &request).await;
        let expected = if named.starts_with("us") { 404 } else { 403 };
        assert_eq!(got.status, expected, "{named}: {}", got.body);
    }
    assert!(fixture.cloud.lambda().invocations("board-api").is_empty());
}

#[tokio::test]
async fn a_queue_or_a_log_group_of_another_account_or_region_is_not_the_one_here() {
    let mut fixture = Fixture::start(json!([])).await;
    fixture.credentials = fixture.cloud.identities().learner().clone();
    let none = "QueueDoesNotExist: The specified queue does not exist.".to_string();
    for (operation, more) in [
        ("SendMessage", json!({ "MessageBody": "m" })),
        ("ReceiveMessage", json!({})),
        ("GetQueueAttributes", json!({})),
    ] {
        let action = format!("sqs:{}", operation.to_lowercase());
        let denied = foreign(&action, "arn:aws:sqs:ap-northeast-2:111111111111:failures");
        for (url, expected) in [
            ("http://127.0.0.1:4566/111111111111/failures", Some(format!("AccessDeniedException: {denied}"))),
            ("https://sqs.us-east-1.amazonaws.com/123456789012/failures", Some(none.clone())),
            ("https://us-east-1.queue.amazonaws.com/123456789012/failures", Some(none.clone())),
            ("https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures", None),
            ("http://127.0.0.1:4566/123456789012/failures", None),
        ] {
            let mut request = more.clone();
            request["QueueUrl"] = json!(url);
            let got = fixture.call("sqs", &format!("AmazonSQS.{operation}"), request).await;
            assert_eq!(got.err(), expected, "{operation} {url}");
        }
    }
    let of_owner = |owner: &str| json!({ "QueueName": "failures", "QueueOwnerAWSAccountId": owner });
    let got = fixture.call("sqs", "AmazonSQS.GetQueueUrl", of_owner("111111111111")).await.unwrap_err();
    assert!(got.starts_with("AccessDeniedException: "), "{got}");
    assert!(fixture.call("sqs", "AmazonSQS.GetQueueUrl", of_owner("123456789012")).await.is_ok());

    let group = |place: &str| json!({ "logGroupIdentifier": format!("arn:aws:logs:{place}:log-group:group") });
    let denied =
        foreign("logs:FilterLogEvents", "arn:aws:logs:ap-northeast-2:111111111111:log-group:group:log-stream:");
    let missing = "ResourceNotFoundException: The specified log group does not exist.";
    for (place, expected) in [("us-east-1:123456789012", Some(missing.to_string())), (HERE, None)] {
        let got = fixture.call("logs", "Logs_20140328.FilterLogEvents", group(place)).await;
        assert_eq!(got.err(), expected, "{place}");
    }
    let got = fixture.json("logs", "Logs_20140328.FilterLogEvents", group("ap-northeast-2:111111111111")).await;
    assert!(got.status == 400 && got.body.contains(&denied), "{}", got.body);
}
