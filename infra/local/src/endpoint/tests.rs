//! Refusals as they come over the wire: one function with a small role, asking for more.

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::lambda_api::{self, LambdaOperation};
use super::logs_api::LogsOperation;
use super::sqs_api::SqsOperation;
use crate::cloud::{Boot, Cloud};
use crate::programs::{Program, Programs};
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
            }],
            log_groups: vec!["group".into()],
            ..Stack::default()
        };
        let program = Program { path: "never-started".into(), args: Vec::new() };
        let cloud = Cloud::boot_stack(stack, Boot::new("", Programs::Given(program))).await.unwrap();
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
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        let unsigned = SignableRequest { method, target: path, host: "127.0.0.1", body: body.as_bytes() };
        for (name, value) in sign(&self.credentials, service, unsigned, OffsetDateTime::now_utc()) {
            request += &format!("{name}: {value}\r\n");
        }
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        let mut stream = TcpStream::connect(self.cloud.aws_url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let error_type = header("x-amzn-query-error").or(header("x-amzn-errortype")).unwrap_or_default().to_string();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        HttpAnswer { status, error_type, body: body.to_string() }
    }

    async fn json(&self, service: &str, target: &str, body: Value) -> HttpAnswer {
        self.ask(service, "/", &[("x-amz-target", target), ("content-type", "application/x-amz-json-1.0")], &body).await
    }
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
    assert!(got.status == 400 && is_xml, "{} {}", got.status, got.body);
    let got = fixture.json("kinesis", "Kinesis_20131202.PutRecord", json!({})).await;
    assert!(got.status == 400 && got.body.contains("UnknownOperationException"), "{} {}", got.status, got.body);
}

/// The name under which CloudTrail has the last call.
fn last_event_name(fixture: &Fixture) -> String {
    fixture.cloud.trail().calls().last().unwrap().event_name.clone()
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
async fn an_operation_that_is_not_here_says_which_are() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let got = fixture.json("sqs", "AmazonSQS.CreateQueue", json!({})).await;
    let known = names::<SqsOperation>().join(", ");
    let message = format!("The local cloud's SQS does not know CreateQueue; it answers {known}.");
    let expected = json!({ "__type": "com.amazon.coral.service#UnknownOperationException", "message": message });
    assert_eq!((got.status, serde_json::from_str::<Value>(&got.body).unwrap()), (400, expected));
    assert_eq!(last_event_name(&fixture), "CreateQueue");

    let got = fixture.json("logs", "Logs_20140328.DeleteLogGroup", json!({})).await;
    assert!(got.status == 400 && got.body.contains("CloudWatch Logs does not know DeleteLogGroup"), "{}", got.body);

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
        let expected = "This local cloud was booted without `dynamodb`.\n";
        assert_eq!((got.status, got.body.as_str()), (501, expected));
        assert_eq!(last_event_name(&fixture), "ListTables");
        let got = fixture.send("s3", "GET", "/site/key", &[], &Value::Null).await;
        assert_eq!((got.status, got.body.as_str()), (501, "This local cloud was booted without `s3`.\n"));
        fixture.credentials.secret_access_key = "another".to_string();
    }
}
