//! The gateway without sockets: whole answers from `answers.json`, and what becomes of a function's failures. `parts` has its
//! stations one by one.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use time::macros::datetime;
use tokio::sync::watch;

use super::address::Address;
use super::error::GatewayError;
use super::{LogRole, Stage, StageDeps, context, permission, response};
use crate::activity::ActivityLog;
use crate::clock::Clock;
use crate::cloudwatch::CloudWatch;
use crate::iam::Identities;
use crate::lambda::{Lambda, LambdaDeps, Refusal};
use crate::logs::Logs;
use crate::programs::Code;
use crate::proxy;
use crate::sqs::Queues;
use crate::wire::{Request, Response};
use stack::model::CompileModel;
use stack::{
    ApiGatewayAccount, EndpointType, Function, GatewayResponse, Integration, IntegrationType, Method, Permission,
    RestApi, Stack, Throttle,
};

mod access_log;
#[cfg(unix)]
mod asynchronous;
mod deep;
mod fuzz;
mod parts;
mod servers;

/// `GET /board` → the method that a mock answers with that text.
fn method(route: &str) -> Method {
    let (http_method, resource_path) = route.split_once(' ').unwrap();
    Method::new(http_method, resource_path, Integration::mock(200, BTreeMap::new(), route))
}

fn api(methods: Vec<Method>) -> RestApi {
    RestApi {
        logical_id: "Api".into(),
        id: "abcdefghij".into(),
        name: "board".into(),
        endpoint_type: EndpointType::Regional,
        stage: "dev".into(),
        stage_variables: BTreeMap::from([("tier".into(), "blue".into())]),
        binary_media_types: Vec::new(),
        methods,
        gateway_responses: BTreeMap::new(),
        throttle: None,
        execution_logging: stack::ExecutionLogging::FULL,
        access_log: None,
        stage_logical_id: String::new(),
        usage_plans: Vec::new(),
    }
}

fn request(line: &str, headers: &[(String, String)]) -> Request {
    let (method, target) = line.split_once(' ').unwrap();
    let mut headers = headers.to_vec();
    if !headers.iter().any(|(name, _)| name == "Host") {
        headers.push(("Host".into(), "localhost:3000".into()));
    }
    let peer = "127.0.0.1:50000".parse().unwrap();
    Request { method: method.into(), target: target.into(), version: "HTTP/1.1", headers, body: Bytes::new(), peer }
}

/// An API of mocks, a request to it, and the whole answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    methods: Vec<String>,
    #[serde(default)]
    function: bool,
    #[serde(default)]
    api_key_required: bool,
    throttle: Option<(f64, f64)>,
    #[serde(default)]
    method_throttle: Option<(f64, f64)>,
    #[serde(default)]
    gateway_responses: BTreeMap<String, Custom>,
    request: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// How often the request is sent; the last answer counts.
    #[serde(default = "once")]
    times: usize,
    status: u16,
    /// Headers that must be there with this value; `null`: must not be there.
    #[serde(default)]
    answer: BTreeMap<String, Option<String>>,
    body: String,
    #[serde(default)]
    log: Vec<String>,
}

fn once() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Custom {
    status_code: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    templates: BTreeMap<String, String>,
}

/// The permissions of functions that let every API in.
fn everything_permitted(api: &RestApi) -> Vec<Permission> {
    let function = |method: &Method| match &method.integration.kind {
        IntegrationType::AwsProxy { function } | IntegrationType::Aws { function } => Some(function.clone()),
        _ => None,
    };
    let permission = |function| Permission {
        function,
        action: "lambda:InvokeFunction".into(),
        principal: "apigateway.amazonaws.com".into(),
        source_arn: None,
    };
    api.methods.iter().filter_map(function).map(permission).collect()
}

/// A function of the stack.
fn function(name: &str) -> Function {
    Function { timeout: Duration::from_secs(900), ..Function::named(name) }
}

type Deployed = (Function, watch::Receiver<Code>);

fn gateway(api: RestApi, permissions: Option<Vec<Permission>>, function: Option<Deployed>) -> (Stage, Logs) {
    let clock = Clock::frozen(datetime!(2020-03-04 19:15:17.5 UTC));
    let logs = Logs::new(clock.clone());
    let activity = ActivityLog::new(clock.clone());
    let queues = Queues::open(&[], None, clock.clone()).unwrap();
    let cloudwatch = CloudWatch::new(clock.clone(), activity.clone(), queues);
    let deps = LambdaDeps {
        clock: clock.clone(),
        logs: logs.clone(),
        activity: activity.clone(),
        cloudwatch: cloudwatch.clone(),
        identities: Identities::new(crate::iam::draw_credentials(&Clock::real()), &[], None),
        function_endpoints: crate::vpc::FunctionEndpoints::default(),
        endpoint: "127.0.0.1:9".parse().unwrap(),
    };
    let lambda = Lambda::new(function, &deps);
    let permissions = permissions.unwrap_or_else(|| everything_permitted(&api));
    let models = Some(models::compile as CompileModel);
    let log_role = LogRole::default();
    log_role.deploy(&Stack { api_gateway_account: Some(ApiGatewayAccount::with_log_role()), ..Stack::default() });
    let deps = StageDeps { permissions, lambda, logs: logs.clone(), log_role, activity, cloudwatch, clock, models };
    (Stage::new(api, deps), logs)
}

async fn check(case: Case) -> Vec<String> {
    let limit = |(rate_limit, burst_limit)| Throttle { rate_limit, burst_limit };
    let mut methods: Vec<Method> = case.methods.iter().map(|route| method(route)).collect();
    for method in &mut methods {
        method.api_key_required = case.api_key_required;
        method.throttle = case.method_throttle.map(limit);
        if case.function {
            method.integration = Integration::lambda_proxy("nobody", Duration::from_secs(29));
        }
    }
    let mut api = api(methods);
    api.throttle = case.throttle.map(limit);
    for (name, Custom { status_code, headers, templates }) in case.gateway_responses {
        api.gateway_responses.insert(name, GatewayResponse { status_code, headers, templates });
    }
    let (gateway, logs) = gateway(api, None, None);
    let mut answer = Response::default();
    for _ in 0..case.times {
        answer = gateway.answer(request(&case.request, &case.headers)).await;
    }

    let mut wrong = Vec::new();
    if (answer.status, answer.body.as_ref()) != (case.status, case.body.as_bytes()) {
        wrong.push(format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    for (name, expected) in case.answer {
        if answer.header(&name) != expected.as_deref() {
            wrong.push(format!("{name}: {:?}", answer.header(&name)));
        }
    }
    let written: Vec<String> = logs.read(&gateway.log_group()).into_iter().map(|event| event.message).collect();
    wrong.extend(
        case.log.into_iter().filter(|line| !written.contains(line)).map(|line| format!("no {line:?} in {written:#?}")),
    );
    wrong.into_iter().map(|what| format!("{}: {what}", case.name)).collect()
}

#[tokio::test]
async fn answers() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("answers.json")).unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        wrong.extend(check(case).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn headers_stand_where_api_gateway_puts_them() {
    let (gateway, _) = gateway(api(vec![method("GET /x")]), None, None);
    let lines = |answer: Response| answer.headers.iter().map(|(n, v)| format!("{n}: {v}")).collect::<Vec<_>>();
    let good = lines(gateway.answer(request("GET /dev/x", &[])).await);
    let date = "Date: Wed, 04 Mar 2020 19:15:17 GMT";
    let id = |n: u8| format!("x-amzn-RequestId: 00000000-0000-0000-0000-{n:012}");
    assert_eq!(good, [date, "Content-Type: application/json", &id(2), "x-amz-apigw-id: AAAAAAAAAAAAAAE="]);
    let refused = lines(gateway.answer(request("GET /dev/y", &[])).await);
    let error_type = "x-amzn-ErrorType: MissingAuthenticationTokenException";
    assert_eq!(
        refused,
        [date, "Content-Type: application/json", &id(6), "x-amz-apigw-id: AAAAAAAAAAAAAAU=", error_type]
    );
}

#[test]
fn failures_of_a_function() {
    let malformed = proxy::reply(b"null", None, &[]).unwrap_err();
    let configuration = "Execution failed due to configuration error:";
    for (error, status, message, log_line) in [
        (
            GatewayError::function_error("boom", "id-1"),
            502,
            "Internal server error",
            "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: id-1",
        ),
        (malformed.into(), 502, "Internal server error", &format!("{configuration} Malformed Lambda proxy response")),
        (
            Refusal::TooManyRequests { reason: "ReservedFunctionConcurrentInvocationLimitExceeded" }.into(),
            500,
            "Internal server error",
            &format!("{configuration} Rate Exceeded."),
        ),
        (GatewayError::timeout(), 504, "Endpoint request timed out", "Execution failed due to a timeout error"),
        (Refusal::RequestTooLarge { bytes: 7_000_000 }.into(), 413, "Request Too Long", ""),
    ] {
        let answer = response::plain(&error);
        assert_eq!((answer.status, error.log_line.as_deref().unwrap_or_default()), (status, log_line));
        assert_eq!(answer.body, format!("{{\"message\": \"{message}\"}}"));
        let error_type = if status == 413 { "BadRequestException" } else { "InternalServerErrorException" };
        assert_eq!(answer.header("x-amzn-errortype"), Some(error_type));
    }
}

#[tokio::test]
async fn the_gateway_stops_waiting_when_the_integration_timeout_is_over() {
    let function = function("slow");
    // Code that never gets built makes a function that never replies.
    let (_building, code) = watch::channel(Code::Building);
    let mut slow = method("GET /x");
    slow.integration = Integration::lambda_proxy("slow", Duration::from_millis(50));
    let (gateway, logs) = gateway(api(vec![slow]), None, Some((function, code)));
    let answer = gateway.answer(request("GET /dev/x", &[])).await;
    assert_eq!(
        (answer.status, answer.body.as_ref()),
        (504, b"{\"message\": \"Endpoint request timed out\"}".as_slice())
    );
    assert!(logs.read(&gateway.log_group()).iter().any(|event| event.message.ends_with("due to a timeout error")));
}

#[test]
fn customising_request_too_large_has_no_effect() {
    let custom = GatewayResponse { status_code: Some(400), ..GatewayResponse::default() };
    let mut api = api(Vec::new());
    api.gateway_responses = ["REQUEST_TOO_LARGE", "DEFAULT_4XX"].map(|name| (name.to_string(), custom.clone())).into();
    let request = request("GET /dev/x", &[]);
    let context = context::of(&request, &Address::of(&request.target), &api, &Clock::real());
    let error = Refusal::RequestTooLarge { bytes: 7_000_000 }.into();
    assert_eq!(response::customised(&error, &api, &request, &context).status, 413);
}

#[tokio::test]
async fn only_a_permitted_api_invokes() {
    let permission = |source: &str| Permission {
        function: "nobody".into(),
        action: "lambda:InvokeFunction".into(),
        principal: "apigateway.amazonaws.com".into(),
        source_arn: Some(format!("arn:aws:execute-api:ap-northeast-2:123456789012:{source}")),
    };
    let request = request("GET /dev/board/1", &[]);
    let mut context = context::of(&request, &Address::of(&request.target), &api(Vec::new()), &Clock::real());
    context.resource_path = "/board/{postId}".into();
    let may = |permissions: &[Permission]| permission::may_invoke(permissions, "nobody", &context);
    assert!(may(&[permission("other/*"), permission("abcdefghij/*/GET/board/*")]));
    assert!(may(&[Permission { source_arn: None, ..permission("") }]));
    assert!(may(&[Permission { action: "lambda:*".into(), ..permission("*/dev/*") }]));
    assert!(!may(&[]));
    assert!(!may(&[
        permission("abcdefghij/prod/*"),
        permission("abcdefghij/*/PUT/board/*"),
        permission("abcdefghij/*/GET/boar?")
    ]));
    assert!(!may(&[Permission { principal: "s3.amazonaws.com".into(), ..permission("*") }]));
    assert!(!may(&[Permission { function: "other".into(), ..permission("*") }]));

    let mut proxied = method("GET /board/{postId}");
    proxied.integration = Integration::lambda_proxy("nobody", Duration::from_secs(29));
    let (gateway, logs) = gateway(api(vec![proxied]), Some(Vec::new()), None);
    assert_eq!(gateway.answer(request).await.status, 500);
    let line = "Execution failed due to configuration error: Invalid permissions on Lambda function";
    assert!(logs.read(&gateway.log_group()).iter().any(|event| event.message.ends_with(line)));
}

#[tokio::test]
async fn a_response_that_the_method_does_not_declare_is_an_error_at_the_request() {
    let mut mock = method("GET /x");
    mock.integration = Integration::mock(204, Default::default(), "");
    mock.integration.responses[0].undeclared = true;
    let (gateway, logs) = gateway(api(vec![mock]), None, None);
    let answer = gateway.answer(request("GET /dev/x", &[])).await;
    assert_eq!((answer.status, answer.body.as_ref()), (500, &b"{\"message\": \"Internal server error\"}"[..]));
    let line = "Execution failed due to configuration error: Output mapping refers to an invalid method response: 204";
    assert!(logs.read(&gateway.log_group()).iter().any(|event| event.message.ends_with(line)));
}

#[tokio::test]
async fn a_mock_has_its_own_headers() {
    let mut mock = method("OPTIONS /x");
    let headers = [("content-type", "text/plain"), ("Date", "never"), ("Access-Control-Allow-Origin", "*")];
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).into();
    mock.integration = Integration::mock(204, headers, "");
    let (gateway, _) = gateway(api(vec![mock]), None, None);
    let answer = gateway.answer(request("OPTIONS /dev/x", &[])).await;
    assert_eq!(answer.status, 204);
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
    let [date, kind, ids @ ..] = ["Date", "Content-Type", "x-amzn-RequestId", "x-amz-apigw-id"];
    assert_eq!(names, [date, kind, ids[0], ids[1], "Access-Control-Allow-Origin", "x-amzn-Remapped-Date"]);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn log_events_are_cut_at_1024_bytes() {
    let (gateway, logs) = gateway(api(vec![method("GET /x")]), None, None);
    gateway.answer(request("GET /dev/x", &[("X-Long".into(), "안".repeat(1_000))])).await;
    let longest =
        logs.read(&gateway.log_group()).into_iter().map(|event| event.message).max_by_key(String::len).unwrap();
    let (id, line) = longest.split_once(' ').unwrap();
    assert_eq!(id, "(00000000-0000-0000-0000-000000000002)");
    assert!((1_020..=1_024).contains(&line.len()) && line.ends_with("안 [TRUNCATED]"), "{line}");
}
