//! Lambda beyond what a case file can say: environments that end and begin again, asynchronous retries, concurrency.
//! What garbage does to the Runtime API is in `garbage`.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::time::Duration;

use conformance::ground::{FUNCTION, Ground, function, lines, socket_of};
use conformance::observed::Answer;
use conformance::socket::Ask;
use local::cloud::Cloud;
use local::lambda::{InvokeRequest, Refusal};
use serde_json::{Value, json};
use stack::{EventInvokeConfig, Metric, Queue, Stack, function_arn, queue_arn};

/// A function that does what `lambda` says, and a queue for what it gives up.
async fn cloud(lambda: Value, config: Option<EventInvokeConfig>) -> Cloud {
    let setup = function(FUNCTION, Some(&lambda), false).unwrap();
    let queue = Queue {
        logical_id: "Failures".to_string(),
        name: "failures".to_string(),
        visibility_timeout: Duration::from_secs(30),
        message_retention_period: Duration::from_secs(345_600),
        redrive_policy: None,
        policy: None,
    };
    let stack = Stack {
        name: "test".to_string(),
        functions: vec![setup.function],
        queues: vec![queue],
        event_invoke_configs: config.map(|config| (FUNCTION.to_string(), config)).into_iter().collect(),
        ..Stack::default()
    };
    Ground::new(env!("CARGO_BIN_EXE_conformance")).boot(stack).await.unwrap()
}

fn to_queue(maximum_retry_attempts: u32) -> Option<EventInvokeConfig> {
    Some(EventInvokeConfig {
        maximum_retry_attempts,
        on_failure: Some(queue_arn("failures")),
        ..EventInvokeConfig::default()
    })
}

fn message(cloud: &Cloud) -> Value {
    let messages = cloud.queues().messages(&queue_arn("failures"));
    assert_eq!(messages.len(), 1);
    serde_json::from_str(&messages[0].body).unwrap()
}

async fn api(cloud: &Cloud, method: &str, path: &str, body: Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let ask = Ask { method: method.to_string(), path: path.to_string(), headers: Vec::new(), body: body.into() };
    let address = socket_of(&cloud.aws_url()).unwrap();
    ask.signed(cloud.credentials(), "lambda", address).send(address).await.unwrap()
}

fn log(cloud: &Cloud) -> Vec<String> {
    lines(cloud, &format!("/aws/lambda/{FUNCTION}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_event_is_tried_again_and_then_given_up() {
    let cloud = cloud(json!({ "throws": "Boom" }), to_queue(1)).await;
    let id = cloud.lambda().invoke_event(FUNCTION, InvokeRequest::with(r#"{"n":1}"#)).unwrap();
    cloud.lambda().events_settled().await;
    let invocations = cloud.lambda().invocations(FUNCTION);
    assert_eq!(invocations.len(), 2);
    assert!(invocations.iter().all(|invocation| invocation.request_id == id), "a retry keeps the request's id");
    let message = message(&cloud);
    let context = &message["requestContext"];
    assert_eq!((&context["condition"], &context["approximateInvokeCount"]), (&json!("RetriesExhausted"), &json!(2)));
    assert_eq!((&context["requestId"], &message["requestPayload"]), (&json!(id), &json!({ "n": 1 })));
    assert_eq!(message["responseContext"]["functionError"], "Unhandled");
    assert_eq!(message["responsePayload"]["errorMessage"], "Boom");
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_a_stopped_function_is_given_up_at_once() {
    let cloud = cloud(json!({ "returns": null, "reserved_concurrency": 0 }), to_queue(2)).await;
    cloud.lambda().invoke_event(FUNCTION, InvokeRequest::with("{}")).unwrap();
    cloud.lambda().events_settled().await;
    let message = message(&cloud);
    assert_eq!(message["requestContext"]["condition"], "ZeroReservedConcurrency");
    assert_eq!(message["requestContext"]["approximateInvokeCount"], 0);
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_is_reported_where_it_shall_be() {
    let config = EventInvokeConfig { on_success: Some(queue_arn("failures")), ..EventInvokeConfig::default() };
    let cloud = cloud(json!({ "returns": { "done": true } }), Some(config)).await;
    cloud.lambda().invoke_event(FUNCTION, InvokeRequest::with("{}")).unwrap();
    cloud.lambda().events_settled().await;
    let message = message(&cloud);
    assert_eq!(
        (&message["requestContext"]["condition"], &message["responsePayload"]),
        (&json!("Success"), &json!({ "done": true }))
    );
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_destination_does_not_take_is_counted() {
    for gone in [queue_arn("gone"), function_arn("gone")] {
        let config = EventInvokeConfig { on_success: Some(gone), ..EventInvokeConfig::default() };
        let cloud = cloud(json!({ "returns": null }), Some(config)).await;
        cloud.lambda().invoke_event(FUNCTION, InvokeRequest::with("{}")).unwrap();
        cloud.lambda().events_settled().await;
        let metric = Metric::new("AWS/Lambda", "DestinationDeliveryFailures", &[("FunctionName", FUNCTION)]);
        let found = cloud.cloudwatch().datapoints(&metric, (0, i64::MAX), 60, None);
        assert_eq!(found.iter().map(|datapoint| datapoint.samples.sum).sum::<f64>(), 1.0);
        cloud.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_timeout_a_new_process_goes_on_in_the_same_environment() {
    let cloud = cloud(json!({ "sleep_seconds": 60, "timeout_seconds": 1 }), None).await;
    for _ in 0..2 {
        let outcome = cloud.lambda().invoke(FUNCTION, InvokeRequest::with("{}")).await.unwrap();
        assert_eq!(outcome.function_error, Some("Unhandled"));
        assert!(cloud.lambda().process_ids(FUNCTION).is_empty(), "the process outlived its timeout");
    }
    let events = cloud.logs().read(&format!("/aws/lambda/{FUNCTION}"));
    assert!(events.iter().all(|event| event.stream == events[0].stream), "one environment, one log stream");
    assert_eq!(events.iter().filter(|event| event.message.starts_with("INIT_START")).count(), 2);
    assert_eq!(events.iter().filter(|event| event.message.contains("Task timed out after 1.00 seconds")).count(), 2);
    assert_eq!(events.iter().filter(|event| event.message.ends_with("Status: timeout")).count(), 2);
    cloud.shutdown().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_while_it_is_idle_fails_no_invocation() {
    let cloud = cloud(json!({ "returns": 1 }), None).await;
    for _ in 0..5 {
        let outcome = cloud.lambda().invoke(FUNCTION, InvokeRequest::with("{}")).await.unwrap();
        assert_eq!((outcome.function_error, &outcome.payload[..]), (None, &b"1"[..]));
        for id in cloud.lambda().process_ids(FUNCTION) {
            assert!(std::process::Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success());
        }
        // A signal has been sent when `kill` returns; the process ends when it is next scheduled.
        while cloud.lambda().idle_environments(FUNCTION) > 0 {
            tokio::task::yield_now().await;
        }
    }
    cloud.shutdown().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_while_it_works_is_a_function_error() {
    let cloud = cloud(json!({ "sleep_seconds": 60, "timeout_seconds": 100 }), None).await;
    let lambda = cloud.lambda().clone();
    let invocation = tokio::spawn(async move { lambda.invoke(FUNCTION, InvokeRequest::with("{}")).await });
    let mut changed = cloud.logs().changed();
    while !log(&cloud).iter().any(|line| line.starts_with("START RequestId:")) {
        changed.changed().await.unwrap();
    }
    for id in cloud.lambda().process_ids(FUNCTION) {
        assert!(std::process::Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success());
    }
    let outcome = invocation.await.unwrap().unwrap();
    let message = outcome.error_message().unwrap();
    assert!(message.ends_with("Error: Runtime exited with error: signal: killed"), "{message}");
    assert!(log(&cloud).iter().any(|line| line.ends_with("Status: error\tError Type: Runtime.ExitError")));
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrency_is_counted_in_the_function_and_in_the_account() {
    let cloud = cloud(json!({ "sleep_seconds": 1, "returns": null, "reserved_concurrency": 1 }), None).await;
    let throttled = |reason| Err(Refusal::TooManyRequests { reason });
    let invoke = || cloud.lambda().invoke(FUNCTION, InvokeRequest::with("{}"));
    let (first, second) = tokio::join!(biased; invoke(), invoke());
    assert!(first.is_ok());
    assert_eq!(second, throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
    let path = format!("/2017-10-31/functions/{FUNCTION}/concurrency");
    assert_eq!(api(&cloud, "DELETE", &path, Value::Null).await.status, 204);
    cloud.lambda().set_account_concurrency(1);
    let (first, second) = tokio::join!(biased; invoke(), invoke());
    assert!(first.is_ok());
    assert_eq!(second, throttled("ConcurrentInvocationLimitExceeded"));
    let refused = api(&cloud, "PUT", &path, json!({ "ReservedConcurrentExecutions": 1 })).await;
    assert_eq!(refused.status, 400);
    assert!(String::from_utf8_lossy(&refused.body).contains("below its minimum value of [1]."));
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lambda_tells_about_its_functions() {
    let cloud = cloud(json!({ "returns": null }), None).await;
    let listed = api(&cloud, "GET", "/2015-03-31/functions/", Value::Null).await.json().unwrap();
    assert_eq!(listed["Functions"][0]["FunctionName"], FUNCTION);
    let path =
        format!("/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:{FUNCTION}/configuration");
    let configuration = api(&cloud, "GET", &path, Value::Null).await.json().unwrap();
    assert_eq!((&configuration["State"], &configuration["MemorySize"]), (&json!("Active"), &json!(128)));
    let settings = api(&cloud, "GET", "/2016-08-19/account-settings/", Value::Null).await.json().unwrap();
    assert_eq!(settings["AccountLimit"]["ConcurrentExecutions"], 1000);
    let missing = api(&cloud, "GET", "/2015-03-31/functions/missing", Value::Null).await;
    assert_eq!((missing.status, missing.values("x-amzn-errortype")), (404, vec!["ResourceNotFoundException"]));
    let config = format!("/2019-09-25/functions/{FUNCTION}/event-invoke-config");
    assert_eq!(api(&cloud, "GET", &config, Value::Null).await.status, 404);
    assert_eq!(api(&cloud, "PUT", &config, json!({ "MaximumRetryAttempts": 0 })).await.status, 200);
    assert_eq!(cloud.lambda().event_invoke_config(FUNCTION).unwrap().maximum_retry_attempts, 0);
    assert_eq!(api(&cloud, "PUT", &config, json!({ "MaximumRetryAttempts": 3 })).await.status, 400);
    let sns = json!({ "DestinationConfig": { "OnFailure": { "Destination": "arn:aws:sns:ap-northeast-2:123456789012:topic" } } });
    let refused = api(&cloud, "POST", &config, sns).await;
    assert!(String::from_utf8_lossy(&refused.body).contains("SNS topic"));
    assert_eq!(api(&cloud, "DELETE", &config, Value::Null).await.status, 204);
    cloud.shutdown().await;
}
