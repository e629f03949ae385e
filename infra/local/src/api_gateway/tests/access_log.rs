//! What stands in the access log's line: each variable, and where there is a line at all.

use std::time::Duration;

use tokio::sync::watch;

use super::{api, function, gateway, method, request};
use crate::logs::Logs;
use crate::programs::Code;
use stack::{AccessLog, Integration, IntegrationType, RestApi};

const GROUP: &str = "/board/access";

fn with_format(mut api: RestApi, format: &str) -> RestApi {
    api.access_log = Some(AccessLog {
        stage: "ApidevStage".into(),
        destination_arn: format!("{}:*", stack::log_group_arn(GROUP)),
        format: format.into(),
    });
    api
}

fn lines(logs: &Logs) -> Vec<String> {
    logs.read(GROUP).into_iter().map(|event| event.message).collect()
}

/// The line about one request to an API with `GET /x/{id}`, which a mock answers.
async fn line(format: &str, target: &str) -> String {
    let (gateway, logs) = gateway(with_format(api(vec![method("GET /x/{id}")]), format), None, None);
    gateway.answer(request(target, &[("User-Agent".into(), "probe/1".into())])).await;
    lines(&logs).concat()
}

#[tokio::test]
async fn the_formats_that_people_use_are_filled() {
    let common = "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] \
                  \"$context.httpMethod $context.resourcePath $context.protocol\" $context.status $context.responseLength \
                  $context.requestId";
    let id = "00000000-0000-0000-0000-000000000002";
    assert_eq!(
        line(common, "GET /dev/x/1?q=2").await,
        format!("127.0.0.1 - - [04/Mar/2020:19:15:17 +0000] \"GET /x/{{id}} HTTP/1.1\" 200 11 {id}")
    );
    let json = r#"{"id":"$context.requestId","extended":"$context.extendedRequestId","at":$context.requestTimeEpoch}"#;
    let filled = format!(r#"{{"id":"{id}","extended":"AAAAAAAAAAAAAAE=","at":1583349317500}}"#);
    assert_eq!(line(json, "GET /dev/x/1").await, filled);
    let xml = "<request id=\"$context.requestId\"><stage>$context.stage</stage><path>$context.path</path></request>";
    let filled = format!("<request id=\"{id}\"><stage>dev</stage><path>/dev/x/1</path></request>");
    assert_eq!(line(xml, "GET /dev/x/1").await, filled);
    let csv = "$context.requestId,$context.apiId,$context.domainPrefix,$context.identity.userAgent,$context.accountId";
    assert_eq!(line(csv, "GET /dev/x/1").await, format!("{id},abcdefghij,abcdefghij,probe/1,123456789012"));
}

#[tokio::test]
async fn what_a_request_has_no_value_for_is_a_hyphen() {
    let unknown = "$context.nothing $context.authorizer.principalId $context.error.message $context.integration.status \
                   $context.integrationLatency $stageVariables.tier $5";
    assert_eq!(line(unknown, "GET /dev/x/1").await, "- - - - - $stageVariables.tier $5");
}

#[tokio::test]
async fn a_refusal_says_which() {
    let format = "$context.status $context.resourcePath $context.error.responseType $context.error.messageString \
                  $context.error.message";
    let missing = "403 - MISSING_AUTHENTICATION_TOKEN \"Missing Authentication Token\" Missing Authentication Token";
    assert_eq!(line(format, "GET /dev/nothing").await, missing);
    // Without a stage there is nobody whose log it would be.
    assert_eq!(line(format, "GET /other/x/1").await, "");
}

#[tokio::test]
async fn a_timeout_has_the_time_that_was_waited_and_no_status_of_the_integration() {
    let (_building, code) = watch::channel(Code::Building);
    let mut slow = method("GET /x");
    slow.integration = Integration::lambda_proxy("slow", Duration::from_millis(50));
    let format = "$context.status $context.integration.status $context.integrationStatus $context.integration.latency \
                  $context.responseLatency $context.error.responseType";
    let (gateway, logs) = gateway(with_format(api(vec![slow]), format), None, Some((function("slow"), code)));
    gateway.answer(request("GET /dev/x", &[])).await;
    let line = lines(&logs).concat();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!((&words[..3], words[5]), (["504", "-", "-"].as_slice(), "INTEGRATION_TIMEOUT"), "{line}");
    let millis = |word: &str| word.parse::<u64>().unwrap();
    assert!(millis(words[3]) >= 50 && millis(words[4]) >= millis(words[3]), "{line}");
}

#[tokio::test]
async fn an_unreachable_server_leaves_the_integrations_figures_out() {
    let mut http = method("GET /x");
    let uri = "http://127.0.0.1:1/".to_string();
    http.integration =
        Integration { http_method: "GET".into(), ..Integration::new(IntegrationType::HttpProxy { uri }) };
    let format = "$context.status $context.integration.status $context.error.responseType";
    let (gateway, logs) = gateway(with_format(api(vec![http]), format), None, None);
    gateway.answer(request("GET /dev/x", &[])).await;
    assert_eq!(lines(&logs).concat(), "504 - INTEGRATION_FAILURE");
}
