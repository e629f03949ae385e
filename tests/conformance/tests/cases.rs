//! The case files that lie beside this package, by the part of the cloud that each topic is about.

use std::path::Path;

use conformance::case::{self, Case};
use conformance::ground::Ground;
use conformance::run;

const REST_API: [&str; 11] = [
    "routing",
    "event",
    "response-format",
    "binary",
    "headers",
    "trace",
    "validation",
    "api-key",
    "gateway-error",
    "non-proxy",
    "cors",
];
const LAMBDA: [&str; 2] = ["invoke", "runtime-api"];
const STREAMS: [&str; 5] = ["esm-partial-batch", "esm-retry", "esm-filter", "esm-create", "stream-record"];
const STORAGE_AND_NETWORK: [&str; 4] = ["s3-website", "dynamodb", "policy", "vpc"];

fn cases(file: &str) -> Vec<Case> {
    case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the cases are there")
}

async fn pass(cases: Vec<Case>) {
    assert!(!cases.is_empty(), "there are cases");
    let verdicts = run::verdicts(cases, &Ground::new(env!("CARGO_BIN_EXE_conformance"))).await;
    let failed: Vec<String> =
        verdicts.iter().filter(|verdict| !verdict.passed()).map(|verdict| verdict.to_string()).collect();
    assert!(failed.is_empty(), "{} of {} cases differ:\n{}", failed.len(), verdicts.len(), failed.join("\n"));
}

async fn topics_pass(topics: &[&str]) {
    pass(cases("cases.json").into_iter().filter(|case| topics.contains(&case.topic.as_str())).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_api_answers_as_aws_answered() {
    topics_pass(&REST_API).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lambda_answers_as_aws_answered() {
    topics_pass(&LAMBDA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_delivered_as_on_aws() {
    topics_pass(&STREAMS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_and_network_refuse_as_on_aws() {
    topics_pass(&STORAGE_AND_NETWORK).await;
}

/// Cases that no one recorded, and that follow from those that were.
#[tokio::test(flavor = "multi_thread")]
async fn what_follows_from_the_cases_holds_too() {
    pass(cases("neighbours.json")).await;
}

#[test]
fn no_topic_is_left_out() {
    let groups = [&REST_API[..], &LAMBDA, &STREAMS, &STORAGE_AND_NETWORK].concat();
    for case in cases("cases.json").into_iter().chain(cases("neighbours.json")) {
        assert!(groups.contains(&case.topic.as_str()), "{} has topic {}, which no test runs", case.id, case.topic);
    }
}

/// A comparer that lets everything pass would pass everything above.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_expects_something_else_fails() {
    let mut wrong = Vec::new();
    for case in cases("neighbours.json") {
        for (key, expected) in &case.expect {
            let mut case = case.clone();
            let other = match expected {
                serde_json::Value::Bool(flag) => serde_json::json!(!flag),
                serde_json::Value::Number(number) => serde_json::json!(number.as_u64().unwrap_or_default() + 1),
                _ if key == "headers" => serde_json::json!({ "Content-Type": "text/never" }),
                _ if key == "event" => serde_json::json!({ "path": "never" }),
                _ if key == "log_contains" => serde_json::json!(["never said"]),
                _ => serde_json::json!("never"),
            };
            case.expect = [(key.clone(), other)].into_iter().collect();
            case.id = format!("{} {key}", case.id);
            wrong.push(case);
        }
    }
    let verdicts = run::verdicts(wrong, &Ground::new(env!("CARGO_BIN_EXE_conformance"))).await;
    let passed: Vec<&str> =
        verdicts.iter().filter(|verdict| verdict.passed()).map(|verdict| verdict.id.as_str()).collect();
    assert!(passed.is_empty(), "these pass for every expectation: {passed:?}");
}
