//! Refusals as they come over the wire: one function with a small role, asking for more.

mod elsewhere;
mod log_events;
mod metrics;
mod queues;
mod types;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::lambda_api::{self, LambdaOperation};
use super::logs_api::LogsOperation;
use super::sqs_api::SqsOperation;
use crate::cloud::{Boot, Cloud};
use crate::programs::{Code, Program, Programs};
use crate::service::OperationTable;
use crate::signature::{Credentials, SignableRequest, sign};
use stack::{Function, Queue, Role, Stack};

/// An answer: the status, the headers that say what kind of error it is, the body.
struct HttpAnswer {
    status: u16,
    error_type: String,
    body: String,
}

struct Fixture {
    cloud: Cloud,
    credentials: Credentials,
}

impl Fixture {
    async fn start(policies: Value) -> Fixture {
        let role =
            Role { name: "board-role".into(), policies: vec![json!({ "Statement": policies })], ..Role::default() };
        let function: Function = function("board-api", role);
        let stack = Stack {
            functions: vec![function],
            queues: vec![Queue {
                logical_id: "Q".into(),
                name: "failures".into(),
                visibility_timeout: std::time::Duration::from_secs(30),
                message_retention_period: std::time::Duration::from_secs(60),
                redrive_policy: None,
                policy: Some(
                    json!({ "Statement": { "Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue" } }),
                ),
            }],
            log_groups: vec!["group".into()],
            ..Stack::default()
        };
        let program = Program { path: "never-started".into(), args: Vec::new() };
        let boot = Boot { unpack: Some(unpack), ..Boot::new("", Programs::Given(program)) };
        let cloud = Cloud::boot_stack(stack, boot).await.unwrap();
        let credentials = cloud.identities().issue("board-api", cloud.clock());
        Fixture { cloud, credentials }
    }

    async fn ask(&self, service: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> HttpAnswer {
        self.send(service, "POST", path, headers, body).await
    }

    async fn send(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> HttpAnswer {
        let body = match body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            body => body.to_string(),
        };
        self.send_bytes(service, method, path, headers, body.as_bytes()).await
    }

    async fn send_bytes(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> HttpAnswer {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        let unsigned = SignableRequest { method, target: path, host: "127.0.0.1", body };
        for (name, value) in sign(&self.credentials, service, unsigned, OffsetDateTime::now_utc()) {
            request += &format!("{name}: {value}\r\n");
        }
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        let mut stream = TcpStream::connect(self.cloud.aws_url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        // An answer in CBOR is not text, but the texts in it are.
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let error_type = header("x-amzn-query-error").or(header("x-amzn-errortype")).unwrap_or_default().to_string();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        HttpAnswer { status, error_type, body: body.to_string() }
    }

    async fn json(&self, service: &str, target: &str, body: Value) -> HttpAnswer {
        self.ask(service, "/", &[("x-amz-target", target), ("content-type", "application/x-amz-json-1.0")], &body).await
    }

    /// The answer to an operation, or its error as `Type: message`.
    async fn call(&self, service: &str, target: &str, request: Value) -> Result<Value, String> {
        let got = self.json(service, target, request).await;
        let body: Value = serde_json::from_str(&got.body).unwrap();
        if got.status == 200 {
            return Ok(body);
        }
        let error_type = body["__type"].as_str().unwrap().rsplit('#').next().unwrap();
        Err(format!("{error_type}: {}", body["message"].as_str().unwrap()))
    }
}

/// A package is its program here, after `zip:`.
fn unpack(package: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let program = package.strip_prefix(b"zip:").ok_or("no zip")?;
    Ok((!program.is_empty()).then(|| program.to_vec()))
}

fn function(name: &str, role: Role) -> Function {
    Function { role, ..Function::named(name) }
}

fn denial(action: &str, resource: &str) -> String {
    format!(
        "User: arn:aws:sts::123456789012:assumed-role/board-role/board-api is not authorized to perform: {action} on resource: \
         {resource} because no identity-based policy allows the {action} action"
    )
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

#[tokio::test]
async fn every_service_refuses_in_its_own_form() {
    let fixture = Fixture::start(json!([allow("s3:GetObject", "arn:aws:s3:::other/*")])).await;
    let body =
        json!({ "QueueUrl": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures", "MessageBody": "m" });
    let got = fixture.json("sqs", "AmazonSQS.SendMessage", body).await;
    assert_eq!((got.status, got.error_type.as_str()), (403, "AccessDenied;Sender"));
    assert!(
        got.body.contains(&denial("sqs:sendmessage", "arn:aws:sqs:ap-northeast-2:123456789012:failures")),
        "{}",
        got.body
    );

    let body = json!({ "logGroupName": "group", "logStreamName": "stream", "logEvents": [] });
    let got = fixture.json("logs", "Logs_20140328.PutLogEvents", body).await;
    let resource = "arn:aws:logs:ap-northeast-2:123456789012:log-group:group:log-stream:stream";
    let expected = json!({ "__type": "AccessDeniedException", "Message": denial("logs:PutLogEvents", resource) });
    assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (400, expected));

    let got = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &json!({})).await;
    assert_eq!((got.status, got.error_type.as_str()), (403, "AccessDeniedException"));
    let resource = "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api";
    assert_eq!(
        serde_json::from_str::<Value>(&got.body).unwrap(),
        json!({ "Message": denial("lambda:InvokeFunction", resource) })
    );

    let got = fixture.ask("sts", "/", &[("content-type", "application/x-www-form-urlencoded")], &Value::Null).await;
    assert_eq!(got.status, 400, "an action is missing: {}", got.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sender_gets_the_id_of_its_own_message() {
    let url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures";
    let fixture = std::sync::Arc::new(Fixture::start(json!([allow("sqs:SendMessage", "*")])).await);
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..64 {
        let fixture = std::sync::Arc::clone(&fixture);
        senders.spawn(async move {
            let body = json!({ "QueueUrl": url, "MessageBody": n.to_string() });
            let got = fixture.json("sqs", "AmazonSQS.SendMessage", body).await;
            let answer: Value = serde_json::from_str(&got.body).unwrap();
            (answer["MessageId"].as_str().unwrap().to_string(), n.to_string())
        });
    }
    let mut told = senders.join_all().await;
    let kept = fixture.cloud.queues().messages(&stack::queue_arn("failures"));
    let mut kept: Vec<(String, String)> = kept.into_iter().map(|message| (message.id, message.body)).collect();
    told.sort();
    kept.sort();
    assert_eq!(told, kept);
}

#[tokio::test]
async fn a_caller_without_proof_is_refused_in_each_services_form() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.secret_access_key = "another".to_string();
    let list = json!({});
    let got = fixture.json("logs", "Logs_20140328.DescribeLogGroups", list.clone()).await;
    assert_eq!((got.status, got.error_type.as_str()), (400, "InvalidSignatureException"));
    let got = fixture.json("sqs", "AmazonSQS.ListQueues", list.clone()).await;
    assert_eq!((got.status, got.error_type.as_str()), (403, "SignatureDoesNotMatch;Sender"));
    let got = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &list).await;
    assert_eq!((got.status, got.error_type.as_str()), (403, "InvalidSignatureException"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let got = fixture.ask("sts", "/", &form, &Value::Null).await;
    assert!(got.status == 403 && got.body.contains("<Code>SignatureDoesNotMatch</Code>"), "{}", got.body);
    assert!(fixture.cloud.lambda().invocations("board-api").is_empty());
}

#[tokio::test]
async fn a_service_that_is_not_here_answers_in_its_clients_protocol() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let got = fixture.ask("sns", "/", &form, &Value::Null).await;
    let is_xml = got.body.contains("<Code>InvalidAction</Code>") && got.body.contains("The local cloud does not know");
    let namespace = "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">";
    assert!(got.status == 400 && is_xml && got.body.contains(namespace), "{} {}", got.status, got.body);
    let got = fixture.json("kinesis", "Kinesis_20131202.PutRecord", json!({})).await;
    assert!(got.status == 400 && got.body.contains("UnknownOperationException"), "{} {}", got.status, got.body);
}

/// The name under which CloudTrail has the last call.
fn last_event_name(fixture: &Fixture) -> String {
    fixture.cloud.trail().events().last().unwrap().event_name.clone()
}

#[tokio::test]
async fn every_operation_of_the_json_protocols_is_answered_and_written_down_under_its_name() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let check = async |service: &str, version: &str, names: Vec<&str>| {
        for name in names {
            let answer = fixture.json(service, &format!("{version}.{name}"), json!({})).await;
            assert!(!answer.body.contains("UnknownOperationException"), "{name}: {}", answer.body);
            assert_eq!(last_event_name(&fixture), name);
        }
    };
    check("sqs", "AmazonSQS", names::<SqsOperation>()).await;
    check("logs", "Logs_20140328", names::<LogsOperation>()).await;
}

fn names<O: OperationTable>() -> Vec<&'static str> {
    O::ALL.iter().map(|operation| operation.name()).collect()
}

#[tokio::test]
async fn every_operation_of_lambda_is_reached_by_its_route() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    // Mappings are answered by the service whose events are mapped, and nothing is plugged in here.
    let is_of_mappings = |operation: LambdaOperation| operation.name().contains("EventSourceMapping");
    for (operation, method, path) in lambda_api::samples() {
        let answer = fixture.send("lambda", method, &path, &[], &json!({})).await;
        let unknown = answer.body.contains("does not know");
        assert_eq!(unknown, is_of_mappings(operation), "{operation:?}: {}", answer.body);
        assert_eq!(last_event_name(&fixture), operation.name());
    }
}

#[tokio::test]
async fn code_is_replaced_where_it_can_be_unpacked_and_is_written_down_nowhere() {
    let fixture = Fixture::start(json!([allow("lambda:*", "*")])).await;
    let update = async |function: &str, request: Value| {
        let path = format!("/2015-03-31/functions/{function}/code");
        let got = fixture.send("lambda", "PUT", &path, &[], &request).await;
        (got.status, got.error_type, serde_json::from_str::<Value>(&got.body).unwrap())
    };
    let zip = |text: &str| json!(STANDARD.encode(text));
    let place = json!({ "S3Bucket": "b", "S3Key": "k" });
    for (request, message) in [
        (json!({}), "Please provide a source for function code."),
        (json!({ "S3Bucket": "b" }), "Please provide a source for function code."),
        (
            json!({ "ZipFile": zip("zip:#!"), "S3Key": "k" }),
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        ),
        (
            json!({ "ZipFile": zip("tar:#!") }),
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            place,
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        ),
        (json!({ "ImageUri": "x" }), "Please don't provide ImageUri when updating a function with packageType Zip."),
        (
            json!({ "ZipFile": zip("zip:#!"), "Publish": true }),
            "The local cloud has no versions of functions; leave Publish out.",
        ),
    ] {
        let (status, error_type, body) = update("board-api", request).await;
        assert_eq!((status, error_type.as_str()), (400, "InvalidParameterValueException"), "{body}");
        assert_eq!(body["message"], message);
    }
    let (status, error_type, body) = update("nobody", json!({ "ZipFile": zip("zip:#!") })).await;
    assert_eq!((status, error_type.as_str()), (404, "ResourceNotFoundException"));
    assert_eq!(body["message"], "Function not found: arn:aws:lambda:ap-northeast-2:123456789012:function:nobody");

    let before = fixture.cloud.lambda().code("board-api");
    let program = || json!({ "ZipFile": zip("zip:#!/bin/sh\n"), "DryRun": false });
    let mut dry = program();
    dry["DryRun"] = json!(true);
    assert_eq!(update("board-api", dry).await.0, 200);
    assert_eq!(fixture.cloud.lambda().code("board-api"), before);
    let (status, _, body) = update("board-api", program()).await;
    assert_eq!((status, &body["FunctionName"]), (200, &json!("board-api")));
    let written = fixture.cloud.trail().events().pop().unwrap();
    assert_eq!(
        (written.event_name.as_str(), written.request_parameters),
        ("UpdateFunctionCode", json!({ "DryRun": false }))
    );
    // Where scripts run, this one does.
    let now = fixture.cloud.lambda().code("board-api");
    assert!(now != before && (matches!(now, Some(Code::Ready(_))) || !cfg!(unix)), "{now:?}");
    // What has no program is taken, as Lambda takes it; invocations say what is missing.
    assert_eq!(update("board-api", json!({ "ZipFile": zip("zip:") })).await.0, 200);
    let Some(Code::Broken(why)) = fixture.cloud.lambda().code("board-api") else { panic!("there is no program") };
    assert!(why.starts_with("Couldn't find valid bootstrap(s)"), "{why}");
}

#[tokio::test]
async fn a_package_is_read_beyond_the_limit_of_other_calls() {
    let fixture = Fixture::start(json!([allow("lambda:*", "*")])).await;
    let path = "/2015-03-31/functions/board-api/code";
    for (bytes, status, said) in [
        (20_000_000, 400, "Could not unzip uploaded file."),
        (70_000_000, 413, "Request must be smaller than 69905067 bytes for the UpdateFunctionCode operation"),
    ] {
        let got = fixture.send("lambda", "PUT", path, &[], &json!({ "ZipFile": "A".repeat(bytes) })).await;
        assert!(got.status == status && got.body.contains(said), "{} {}", got.status, got.body);
    }
}

#[tokio::test]
async fn an_operation_that_is_not_here_says_which_are() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let got = fixture.json("sqs", "AmazonSQS.CreateQueue", json!({})).await;
    let known = names::<SqsOperation>().join(", ");
    let message = format!("The local cloud's SQS does not know CreateQueue; it answers {known}.");
    let expected = json!({ "__type": "com.amazon.coral.service#UnknownOperationException", "message": message });
    assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (400, expected));
    assert_eq!(last_event_name(&fixture), "CreateQueue");

    let got = fixture.json("logs", "Logs_20140328.PutMetricFilter", json!({})).await;
    assert!(got.status == 400 && got.body.contains("CloudWatch Logs does not know PutMetricFilter"), "{}", got.body);

    let got = fixture.send("lambda", "DELETE", "/2015-03-31/functions/board-api", &[], &Value::Null).await;
    assert_eq!((got.status, got.error_type.as_str()), (404, "UnknownOperationException"));
    assert_eq!(last_event_name(&fixture), "DELETE /2015-03-31/functions/board-api");
}

#[tokio::test]
async fn an_operation_that_is_not_here_is_denied_before_it_is_unknown() {
    let fixture = Fixture::start(json!([allow("lambda:InvokeFunction", "*")])).await;
    let got = fixture.send("lambda", "DELETE", "/2015-03-31/functions/board-api", &[], &Value::Null).await;
    let resource = "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api";
    let expected = json!({ "Message": denial("lambda:DeleteFunction", resource) });
    assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (403, expected));
    let got = fixture.send("lambda", "PATCH", "/2015-03-31/layers", &[], &Value::Null).await;
    let expected = json!({ "Message": denial("lambda:*", "*") });
    assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (403, expected));
    let got = fixture.json("sqs", "AmazonSQS.CreateQueue", json!({ "QueueName": "another" })).await;
    let resource = "arn:aws:sqs:ap-northeast-2:123456789012:another";
    assert!(got.status == 403 && got.body.contains(&denial("sqs:createqueue", resource)), "{}", got.body);
}

#[tokio::test]
async fn a_service_that_is_not_plugged_in_says_so_to_every_caller() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    for _ in 0..2 {
        let got = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
        let message = "This local cloud was booted without `dynamodb`.";
        let expected = json!({ "__type": "com.amazon.coral.service#UnknownOperationException", "message": message });
        assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (501, expected));
        assert_eq!(last_event_name(&fixture), "ListTables");
        let got = fixture.send("s3", "GET", "/site/key", &[], &Value::Null).await;
        let expected =
            "<Error><Code>NotImplemented</Code><Message>This local cloud was booted without `s3`.</Message><RequestId>";
        assert!(got.status == 501 && got.body.contains(expected), "{} {}", got.status, got.body);
        fixture.credentials.secret_access_key = "another".to_string();
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

impl Fixture {
    /// A call in the query protocol.
    async fn query(&self, service: &str, form: &str) -> HttpAnswer {
        self.ask(service, "/", &[FORM], &Value::from(form)).await
    }
}

/// What stands between the first `<name>` and its end.
fn text_of<'b>(body: &'b str, name: &str) -> &'b str {
    let (_, rest) = body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {body}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

#[tokio::test]
async fn a_service_that_is_not_here_says_what_to_do_in_every_protocol() {
    let fixture = Fixture::start(json!([])).await;
    let check = |got: &HttpAnswer, form: &str, words: &[&str]| {
        assert!(got.status == 400 && got.body.contains(form), "{} {}", got.status, got.body);
        for words in words.iter().chain(&["it answers DynamoDB", "`cargo workbook env`"]) {
            assert!(got.body.contains(words), "{words}: {}", got.body);
        }
    };
    let got = fixture.query("autoscaling", "Action=DescribeTags&Version=2011-01-01").await;
    check(
        &got,
        "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>Sender",
        &["DescribeTags of Auto Scaling"],
    );
    assert_eq!(last_event_name(&fixture), "DescribeTags");
    let got = fixture.query("ec2", "Action=DescribeVpcs&Version=2016-11-15").await;
    check(&got, "<Response><Errors><Error><Code>InvalidAction</Code>", &["DescribeVpcs of EC2"]);
    let got = fixture.send("apigateway", "GET", "/restapis", &[], &Value::Null).await;
    assert_eq!(got.error_type, "UnknownOperationException");
    check(&got, "{\"message\":", &["GET /restapis of API Gateway's control API"]);
    let got = fixture.send("cloudfront", "GET", "/2020-05-31/distribution", &[], &Value::Null).await;
    check(&got, "<ErrorResponse xmlns=\"http://cloudfront", &["GET /2020-05-31/distribution of CloudFront"]);
    let got = fixture.json("ssm", "AmazonSSM.GetParameter", json!({})).await;
    check(&got, "\"__type\":", &["GetParameter of Systems Manager"]);
    let path = "/service/CodePipeline_20150709/operation/ListPipelines";
    let cbor = [("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")];
    let got = fixture.ask("codepipeline", path, &cbor, &Value::Null).await;
    check(&got, "#UnknownOperationException", &["ListPipelines of CodePipeline", "run `cargo workbook deploy`"]);
    assert_eq!(last_event_name(&fixture), "ListPipelines");
    let got = fixture.query("of-tomorrow", "Action=Travel").await;
    check(&got, "<ErrorResponse>", &["does not know Travel of of-tomorrow;"]);
    for (service, path, refusal) in [
        ("logs", "/service/Logs_20140328/operation/GetLogEvents", "`logs` does not know GetLogEvents in the protocol"),
        (
            "monitoring",
            "/service/GraniteServiceVersion20100801/operation/ListMetrics",
            "`cloudwatch` does not know ListMetrics in the protocol",
        ),
    ] {
        let got = fixture.ask(service, path, &cbor, &Value::Null).await;
        assert!(got.status == 400 && got.body.contains(refusal), "{}", got.body);
    }
}

#[tokio::test]
async fn a_caller_without_proof_is_refused_in_its_own_protocol() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.secret_access_key = "another".to_string();
    for (service, form) in [
        ("sqs", "<ErrorResponse xmlns=\"http://queue"),
        ("iam", "<ErrorResponse xmlns=\"https://iam"),
        ("ec2", "<Response>"),
    ] {
        let got = fixture.query(service, "Action=ListQueues").await;
        let is_refused = got.body.contains("<Code>SignatureDoesNotMatch</Code>") && got.body.contains(form);
        assert!(got.status == 403 && is_refused, "{} {}", got.status, got.body);
    }
    let got = fixture.send("apigateway", "GET", "/restapis", &[], &Value::Null).await;
    assert_eq!((got.status, got.error_type.as_str()), (403, "InvalidSignatureException"));
    let cbor = [("smithy-protocol", "rpc-v2-cbor")];
    let got = fixture
        .ask("monitoring", "/service/GraniteServiceVersion20100801/operation/ListMetrics", &cbor, &Value::Null)
        .await;
    assert!(got.status == 403 && got.body.contains("#InvalidSignatureException"), "{} {}", got.status, got.body);
}

#[tokio::test]
async fn sqs_answers_in_the_query_protocol_what_it_answers_in_json() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let ok = async |form: &str| {
        let got = fixture.query("sqs", &format!("{form}&Version=2012-11-05")).await;
        assert_eq!(got.status, 200, "{form}: {}", got.body);
        let operation = text_of(&format!("<A>{}</A>", form.replace('&', "</A>")), "A").replace("Action=", "");
        let root = format!(
            "<?xml version=\"1.0\"?><{operation}Response xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
        );
        assert!(got.body.starts_with(&root) && got.body.contains("<ResponseMetadata><RequestId>"), "{}", got.body);
        assert_eq!(last_event_name(&fixture), operation);
        got.body
    };
    let listed = ok("Action=ListQueues").await;
    let url = text_of(&listed, "QueueUrl");
    assert_eq!(text_of(&ok("Action=GetQueueUrl&QueueName=failures").await, "QueueUrl"), url);
    let queue = format!("QueueUrl={}", url.replace(':', "%3A").replace('/', "%2F"));

    // Everything in it is XML, and none of it is markup.
    let sent = ok(&format!("Action=SendMessage&{queue}&MessageBody=%3Ca%3E+%26+%EC%95%88%0D")).await;
    let received = ok(&format!("Action=ReceiveMessage&{queue}&MaxNumberOfMessages=10&AttributeName.1=All")).await;
    assert_eq!(text_of(&received, "Body"), "&lt;a&gt; &amp; 안&#xD;");
    assert_eq!(text_of(&received, "MessageId"), text_of(&sent, "MessageId"));
    assert_eq!(text_of(&received, "MD5OfBody"), text_of(&sent, "MD5OfMessageBody"));
    assert!(
        received.contains("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>"),
        "{received}"
    );
    let handle = |received: &str| format!("ReceiptHandle={}", text_of(received, "ReceiptHandle"));
    ok(&format!("Action=ChangeMessageVisibility&{queue}&{}&VisibilityTimeout=0", handle(&received))).await;
    let again = ok(&format!("Action=ReceiveMessage&{queue}&WaitTimeSeconds=1")).await;
    assert_eq!(text_of(&again, "Body"), text_of(&received, "Body"));
    ok(&format!("Action=DeleteMessage&{queue}&{}", handle(&again))).await;
    let attributes =
        ok(&format!("Action=GetQueueAttributes&{queue}&AttributeName.1=ApproximateNumberOfMessages")).await;
    let expected = "<Attribute><Name>ApproximateNumberOfMessages</Name><Value>0</Value></Attribute>";
    assert_eq!(text_of(&attributes, "GetQueueAttributesResult"), expected);

    let entry = |n: u8, body: &str| {
        format!("&SendMessageBatchRequestEntry.{n}.Id=e{n}&SendMessageBatchRequestEntry.{n}.MessageBody={body}")
    };
    let sent =
        ok(&format!("Action=SendMessageBatch&{queue}{}{}{}", entry(1, "one"), entry(2, ""), entry(3, "three"))).await;
    assert_eq!(sent.matches("<SendMessageBatchResultEntry>").count(), 2, "{sent}");
    let failed = text_of(&sent, "BatchResultErrorEntry");
    assert_eq!((text_of(failed, "Id"), text_of(failed, "Code")), ("e2", "MissingParameter"));
    let received = ok(&format!("Action=ReceiveMessage&{queue}&MaxNumberOfMessages=10")).await;
    assert_eq!(received.matches("<Message>").count(), 2, "{received}");
    let deleted = ok(&format!(
        "Action=DeleteMessageBatch&{queue}&DeleteMessageBatchRequestEntry.1.Id=d&DeleteMessageBatchRequestEntry.1.{}",
        handle(&received)
    ))
    .await;
    assert_eq!(text_of(text_of(&deleted, "DeleteMessageBatchResultEntry"), "Id"), "d");
    assert_eq!(fixture.cloud.queues().messages(&stack::queue_arn("failures")).len(), 1);
    ok(&format!("Action=PurgeQueue&{queue}")).await;
    assert!(fixture.cloud.queues().messages(&stack::queue_arn("failures")).is_empty());
    let empty = ok(&format!("Action=ReceiveMessage&{queue}")).await;
    assert!(empty.contains("<ReceiveMessageResult></ReceiveMessageResult>"), "{empty}");

    // A queue's URL is an address that can be asked itself, and a question may stand in it.
    let path = "/123456789012/failures?Action=SendMessage&MessageBody=m";
    for version in ["&Version=2012-11-05", ""] {
        let got = fixture.send("sqs", "GET", &format!("{path}{version}"), &[], &Value::Null).await;
        assert_eq!((got.status, text_of(&got.body, "MD5OfMessageBody")), (200, "6f8f57715090da2632453988d9a1501b"));
    }
    let kept = fixture.cloud.queues().messages(&stack::queue_arn("failures"));
    assert_eq!(kept.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["m", "m"]);
    // There, too, what a parameter names is meant.
    for parameters in ["Action=GetQueueUrl&QueueName=failures", &format!("Action=ReceiveMessage&{queue}")] {
        let got = fixture.send("sqs", "GET", &format!("/123456789012/nobodys?{parameters}"), &[], &Value::Null).await;
        assert_eq!(got.status, 200, "{parameters}: {}", got.body);
    }
}

#[tokio::test]
async fn sqs_refuses_in_the_query_protocol_with_the_codes_of_that_protocol() {
    let fixture = Fixture::start(json!([allow("sqs:*", "arn:aws:sqs:ap-northeast-2:123456789012:failures")])).await;
    let refused = async |form: &str, status: u16, code: &str, message: &str| {
        let got = fixture.query("sqs", form).await;
        assert!(
            got.body.contains(
                "<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error><Type>Sender</Type>"
            ),
            "{}",
            got.body
        );
        assert_eq!((got.status, text_of(&got.body, "Code"), text_of(&got.body, "Message")), (status, code, message));
        assert!(got.body.contains("</Message><Detail/></Error>"), "{}", got.body);
    };
    let denied = denial("sqs:getqueueurl", "arn:aws:sqs:ap-northeast-2:123456789012:nobodys");
    refused("Action=GetQueueUrl&QueueName=nobodys", 403, "AccessDenied", &denied).await;
    let range = |given: &str| {
        format!(
            "Value {given} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
        )
    };
    for given in ["11", "-1", "many"] {
        let form = format!("Action=ReceiveMessage&QueueUrl=failures&MaxNumberOfMessages={given}");
        refused(&form, 400, "InvalidParameterValue", &range(given)).await;
    }
    let missing = "The request must contain the parameter MessageBody.";
    refused("Action=SendMessage&QueueUrl=failures", 400, "MissingParameter", missing).await;
    let known = names::<SqsOperation>().join(", ");
    let message = format!("The local cloud's SQS does not know TagQueue; it answers {known}.");
    refused("Action=TagQueue&QueueUrl=failures", 400, "InvalidAction", &message).await;
    let message = "The request's parameters are not text in UTF-8, percent-encoded.";
    refused("Action=SendMessage&QueueUrl=failures&MessageBody=%FF", 404, "MalformedQueryString", message).await;
    assert_eq!(fixture.query("sqs", "Action=PurgeQueue&QueueUrl=failures").await.status, 200);
    let message = "Only one PurgeQueue operation on failures is allowed every 60 seconds.";
    let code = "AWS.SimpleQueueService.PurgeQueueInProgress";
    refused("Action=PurgeQueue&QueueUrl=failures", 403, code, message).await;
}

#[tokio::test]
async fn a_queue_that_there_is_not_has_another_message_in_the_older_protocol() {
    let fixture = Fixture::start(json!([allow("sqs:*", "*")])).await;
    let got = fixture.query("sqs", "Action=GetQueueUrl&QueueName=nobodys").await;
    assert_eq!((got.status, text_of(&got.body, "Code")), (400, "AWS.SimpleQueueService.NonExistentQueue"));
    assert_eq!(text_of(&got.body, "Message"), "The specified queue does not exist for this wsdl version.");
    let got = fixture.json("sqs", "AmazonSQS.GetQueueUrl", json!({ "QueueName": "nobodys" })).await;
    assert!(got.body.contains("\"The specified queue does not exist.\""), "{}", got.body);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_before_the_role_is_asked() {
    let fixture = Fixture::start(json!([])).await;
    for (service, target) in [("sqs", "AmazonSQS.ListQueues"), ("logs", "Logs_20140328.DescribeLogGroups")] {
        let got = fixture.json(service, target, Value::from("{")).await;
        let is_refused = got.body.contains("SerializationException") && got.body.contains("is not a JSON object");
        assert!(got.status == 400 && is_refused, "{} {}", got.status, got.body);
    }
}

#[tokio::test]
async fn a_call_that_is_too_large_is_refused_in_its_own_protocol() {
    let fixture = Fixture::start(json!([])).await;
    let body = Value::from("a".repeat(super::CALL_LIMIT + 1));
    let got = fixture.json("dynamodb", "DynamoDB_20120810.PutItem", body.clone()).await;
    assert!(got.status == 413 && got.body.contains("#RequestTooLargeException"), "{} {}", got.status, got.body);
    let got = fixture.ask("sns", "/", &[FORM], &body).await;
    assert_eq!((got.status, text_of(&got.body, "Code")), (413, "RequestTooLarge"));
    let got = fixture.send("s3", "PUT", "/bucket/key", &[], &body).await;
    assert_eq!((got.status, text_of(&got.body, "Code")), (413, "EntityTooLarge"));
    let got = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &body).await;
    assert_eq!((got.status, got.error_type.as_str()), (413, "RequestTooLargeException"));
    let got = fixture.send("lambda", "POST", "/_local/board", &[], &body).await;
    assert_eq!(
        (got.status, got.body.as_str()),
        (413, "The request is larger than 16 MB, which is all that the local cloud reads.\n")
    );
}

#[tokio::test]
async fn a_program_under_another_name_is_turned_away_in_its_own_protocol() {
    let fixture = Fixture::start(json!([])).await;
    let origin = ("origin", "http://elsewhere.example");
    let got = fixture.ask("iam", "/", &[FORM, origin], &Value::from("Action=ListRoles")).await;
    assert_eq!((got.status, text_of(&got.body, "Code")), (403, "AccessDenied"));
    assert!(text_of(&got.body, "Message").contains("http://elsewhere.example asked"), "{}", got.body);
    // A browser gets what the guard says to all of them.
    let got = fixture.ask("iam", "/", &[FORM, origin, ("sec-fetch-site", "cross-site")], &Value::Null).await;
    assert!(got.status == 403 && !got.body.contains('<'), "{} {}", got.status, got.body);
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    let panics = async { std::hint::black_box(None::<u8>).unwrap() };
    assert_eq!(super::survived(panics).await, None);
    let waits = async {
        tokio::task::yield_now().await;
        1
    };
    assert_eq!(super::survived(waits).await, Some(1));
}

#[tokio::test]
async fn what_an_sdk_compresses_is_verified_as_it_travels_and_read_as_it_was() {
    use std::io::Write;
    let fixture = Fixture::start(json!([allow("cloudwatch:PutMetricData", "*")])).await;
    let data: Vec<Value> = (0..300).map(|n| json!({ "MetricName": format!("metric-{n}"), "Value": 1 })).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(json!({ "Namespace": "N", "MetricData": data }).to_string().as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    let target = ("x-amz-target", "GraniteServiceVersion20100801.PutMetricData");
    let coded = [target, ("content-encoding", "gzip")];
    let got = fixture.send_bytes("monitoring", "POST", "/", &coded, &body).await;
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(fixture.cloud.cloudwatch().metrics().iter().filter(|metric| metric.namespace == "N").count(), 300);
    let got = fixture.send_bytes("monitoring", "POST", "/", &[target], &body).await;
    assert!(got.status == 400 && got.body.contains("SerializationException"), "{}", got.body);
    let got = fixture.send_bytes("monitoring", "POST", "/", &coded, b"{}").await;
    assert_eq!(got.status, 500, "{}", got.body);
}

#[tokio::test]
async fn lambda_judges_a_request_before_it_looks_for_the_function() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let long = format!("/2015-03-31/functions/{}/invocations", "x".repeat(171));
    let violated = "1 validation error detected: Value ";
    for (method, path, headers, body, expected) in [
        (
            "POST",
            "/2015-03-31/functions/bad%20name!/invocations",
            vec![],
            json!({}),
            "'bad name!' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:",
        ),
        (
            "POST",
            long.as_str(),
            vec![],
            json!({}),
            "at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 170",
        ),
        (
            "POST",
            "/2015-03-31/functions/none/invocations?Qualifier=a%20b",
            vec![],
            json!({}),
            r"'a b' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
        ),
        (
            "POST",
            "/2015-03-31/functions/none/invocations",
            vec![("x-amz-invocation-type", "Later")],
            json!({}),
            "'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
        ),
        (
            "POST",
            "/2015-03-31/functions/none/invocations",
            vec![("x-amz-log-type", "All")],
            json!({}),
            "'All' at 'logType' failed",
        ),
        (
            "GET",
            "/2015-03-31/functions?MaxItems=0",
            vec![],
            Value::Null,
            "'0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            "PUT",
            "/2019-09-25/functions/none/event-invoke-config",
            vec![],
            json!({ "MaximumRetryAttempts": 3 }),
            "'3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
        ),
    ] {
        let got = fixture.send("lambda", method, path, &headers, &body).await;
        assert_eq!((got.status, got.error_type.as_str()), (400, "ValidationException"), "{path}: {}", got.body);
        let message = serde_json::from_str::<Value>(&got.body).unwrap()["message"].as_str().unwrap().to_string();
        assert!(message.starts_with(violated) && message.contains(expected), "{path}: {message}");
    }
    let arn = "arn:aws:lambda:ap-northeast-2:123456789012:function";
    for (method, path, body, status, expected) in [
        (
            "POST",
            "/2015-03-31/functions/none/invocations",
            json!({}),
            404,
            format!("Function not found: {arn}:none:$LATEST"),
        ),
        (
            "PUT",
            "/2017-10-31/functions/none/concurrency",
            json!({ "ReservedConcurrentExecutions": -1 }),
            404,
            format!("Function not found: {arn}:none:$LATEST"),
        ),
        (
            "PUT",
            "/2019-09-25/functions/none/event-invoke-config",
            json!({}),
            404,
            "The function doesn't exist.".to_string(),
        ),
        (
            "GET",
            "/2019-09-25/functions/none/event-invoke-config",
            Value::Null,
            404,
            format!("The function {arn}:none:$LATEST doesn't have an EventInvokeConfig"),
        ),
        (
            "DELETE",
            "/2019-09-25/functions/none/event-invoke-config",
            Value::Null,
            404,
            format!("The function {arn}:none:$LATEST doesn't have an EventInvokeConfig"),
        ),
        (
            "PUT",
            "/2017-10-31/functions/board-api/concurrency",
            json!({ "ReservedConcurrentExecutions": -1 }),
            400,
            "1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have \
             value greater than or equal to 0"
                .to_string(),
        ),
        (
            "PUT",
            "/2017-10-31/functions/board-api/concurrency",
            json!({}),
            400,
            "1 validation error detected: Value null at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must not be null"
                .to_string(),
        ),
        (
            "PUT",
            "/2015-03-31/functions/board-api/code",
            json!({ "ZipFile": "", "RevisionId": "r" }),
            400,
            "The local cloud's functions have no RevisionId; leave it out.".to_string(),
        ),
        (
            "GET",
            "/2015-03-31/functions?FunctionVersion=SOME",
            json!({}),
            400,
            "1 validation error detected: Value 'SOME' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum \
             value set: [ALL]"
                .to_string(),
        ),
        (
            "GET",
            "/2015-03-31/functions?Marker=board-api",
            json!({}),
            400,
            "The Marker board-api is invalid. Use the NextMarker of a page of ListFunctions, or leave it out.".to_string(),
        ),
        (
            "GET",
            "/2015-03-31/functions?MasterRegion=us-east-1",
            json!({}),
            400,
            "The local cloud has no functions of Lambda@Edge; leave MasterRegion out.".to_string(),
        ),
        (
            "PUT",
            "/2019-09-25/functions/board-api/event-invoke-config",
            json!({}),
            400,
            "You must specify at least one of error handling or destination setting.".to_string(),
        ),
    ] {
        let got = fixture.send("lambda", method, path, &[], &body).await;
        let message = serde_json::from_str::<Value>(&got.body).unwrap()["message"].as_str().unwrap().to_string();
        assert_eq!((got.status, message), (status, expected), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_an_object_is_not_a_request() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    for (service, target) in [
        ("sqs", "AmazonSQS.ListQueues"),
        ("logs", "Logs_20140328.DescribeLogGroups"),
        ("monitoring", "GraniteServiceVersion20100801.ListMetrics"),
    ] {
        for body in ["[1]", "null", "\"x\"", "{"] {
            let got = fixture.json(service, target, json!(body)).await;
            assert!(got.status == 400 && got.body.contains("SerializationException"), "{service} {body}: {}", got.body);
        }
        assert_eq!(fixture.json(service, target, json!({})).await.status, 200, "{service}");
        let nameless = fixture.json(service, &target[..=target.find('.').unwrap()], json!({})).await;
        assert!(nameless.body.contains("The request names no operation; the local cloud's "), "{}", nameless.body);
    }
    let got = fixture.send("lambda", "POST", "/2015-03-31/event-source-mappings", &[], &json!("[]")).await;
    assert!(
        got.body.contains("\"Could not parse request body into json: the body must be a JSON object\""),
        "{}",
        got.body
    );
}

#[test]
fn a_list_of_functions_comes_in_pages() {
    let page = |query: &str| {
        let uri = format!("/2015-03-31/functions?{query}");
        let parts = http::Request::get(uri).body(()).unwrap().into_parts().0;
        let names = ["a", "b", "c"].map(str::to_string).to_vec();
        let (page, next) = super::functions::page("ListFunctions", names, &parts, 2, String::clone).ok()?;
        Some((page.concat(), next.unwrap_or_default()))
    };
    let marker = |after: &str| super::page_token::given("ListFunctions", after);
    for (query, names, next) in [
        (String::new(), "ab", marker("b")),
        ("MaxItems=1".to_string(), "a", marker("a")),
        ("MaxItems=9".to_string(), "ab", marker("b")),
        (format!("MaxItems=1&Marker={}", marker("a")), "b", marker("b")),
        (format!("Marker={}", marker("b")), "c", String::new()),
        (format!("Marker={}", marker("z")), "", String::new()),
    ] {
        assert_eq!(page(&query), Some((names.to_string(), next)), "{query}");
    }
    assert_eq!(page("Marker=b"), None, "no page ended with this marker");
}
