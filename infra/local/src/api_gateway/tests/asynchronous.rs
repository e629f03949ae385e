//! `X-Amz-Invocation-Type: 'Event'` on an integration without the proxy: an asynchronous invocation with all that belongs to one.

use super::*;
use crate::lambda::EVENT_LIMIT;
use crate::programs::Program;
use stack::EventInvokeConfig;

/// An API whose `POST /x` hands its body to the function `f` as an event. The function is a program that only fails.
fn of_a_function_that_fails() -> (Stage, watch::Sender<Code>) {
    let mut method = method("POST /x");
    method.integration = Integration::lambda_proxy("f", Duration::from_secs(29));
    method.integration.kind = IntegrationType::Aws { function: "f".to_string() };
    let header = "integration.request.header.X-Amz-Invocation-Type".to_string();
    method.integration.request_parameters.insert(header, "'Event'".to_string());
    let (code, deployed) = watch::channel(Code::Ready(Program::at("/bin/false")));
    let (gateway, _) = gateway(api(vec![method]), None, Some((function("f"), deployed)));
    (gateway, code)
}

#[tokio::test]
async fn an_event_that_fails_is_tried_again_as_the_functions_settings_say() {
    let (gateway, _code) = of_a_function_that_fails();
    let lambda = gateway.0.deps.lambda.clone();
    let config = EventInvokeConfig { maximum_retry_attempts: 1, ..EventInvokeConfig::default() };
    lambda.set_event_invoke_config("f", Some(config));
    let sent = Request { body: Bytes::from_static(b"{\"a\":1}"), ..request("POST /dev/x", &[]) };
    let answer = gateway.answer(sent).await;
    assert_eq!((answer.status, answer.body.as_ref()), (200, b"".as_slice()), "nobody waits for the function");
    tokio::time::timeout(Duration::from_secs(30), lambda.events_settled()).await.expect("it is given up");
    let invocations = lambda.invocations("f");
    assert_eq!(invocations.len(), 2, "the first attempt and the retry");
    assert!(invocations.iter().all(|record| record.request_id == invocations[0].request_id), "{invocations:?}");
    assert!(invocations.iter().all(|record| record.event == b"{\"a\":1}".as_slice()), "{invocations:?}");
}

#[tokio::test]
async fn an_event_is_smaller_than_a_request_may_be() {
    let (gateway, _code) = of_a_function_that_fails();
    let body = Bytes::from(format!("\"{}\"", "x".repeat(EVENT_LIMIT)));
    let answer = gateway.answer(Request { body, ..request("POST /dev/x", &[]) }).await;
    assert_eq!(answer.status, 413);
    assert!(gateway.0.deps.lambda.invocations("f").is_empty());
}
