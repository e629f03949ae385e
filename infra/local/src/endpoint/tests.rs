//! Refusals as they come over the wire: one function with a small role, asking for more.

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::dynamodb_api::DynamoDbOperation;
use super::lambda_api;
use super::logs_api::LogsOperation;
use super::operation::OperationTable;
use super::sqs_api::SqsOperation;
use crate::activity::ActivityEvent;
use crate::cloud::{Boot, Cloud};
use crate::programs::{Program, Programs};
use crate::signature::{Credentials, Unsigned, sign};
use stack::{Bucket, Function, Queue, Role, Stack, Table};

const BOARD: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";

/// What came: the status, the headers that say what kind of error it is, the body.
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
        let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] });
        let stack = Stack {
            functions: vec![function],
            tables: vec![Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute: None }],
            queues: vec![Queue {
                logical_id: "Q".into(),
                name: "failures".into(),
                visibility_timeout: std::time::Duration::from_secs(30),
                message_retention_period: std::time::Duration::from_secs(60),
            }],
            buckets: vec![Bucket {
                logical_id: "B".into(),
                name: "site-of-tests".into(),
                public_access_blocked: true,
                policy: None,
                policy_logical_id: None,
                website: None,
                cors_rules: Vec::new(),
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
        let unsigned = Unsigned { method, target: path, host: "127.0.0.1", body: body.as_bytes() };
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
async fn dynamodb_refuses_with_400_and_a_capital_message() {
    let fixture = Fixture::start(json!([allow("dynamodb:GetItem", BOARD), allow("dynamodb:PutItem", BOARD)])).await;
    let check = async |operation: &str, body: Value, action: &str, resource: &str| {
        let came = fixture.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), body).await;
        let expected =
            json!({ "__type": "com.amazon.coral.service#AccessDeniedException", "Message": denial(action, resource) });
        assert_eq!((came.status, serde_json::from_str::<Value>(&came.body).unwrap()), (400, expected));
    };
    check("Scan", json!({ "TableName": "board" }), "dynamodb:Scan", BOARD).await;
    check("Query", json!({ "TableName": "board", "IndexName": "i" }), "dynamodb:Query", &format!("{BOARD}/index/i"))
        .await;
    let writes = json!([{ "Put": { "TableName": "board" } }, { "Delete": { "TableName": "board" } }]);
    check("TransactWriteItems", json!({ "TransactItems": writes }), "dynamodb:DeleteItem", BOARD).await;
    check("BatchWriteItem", json!({ "RequestItems": { "board": [] } }), "dynamodb:BatchWriteItem", BOARD).await;

    let item = json!({ "pk": { "S": "a" } });
    let put =
        fixture.json("dynamodb", "DynamoDB_20120810.PutItem", json!({ "TableName": "board", "Item": item })).await;
    assert_eq!(put.status, 200, "{}", put.body);
    let calls = fixture.cloud.trail().calls();
    let last = calls.last().unwrap();
    assert_eq!((last.event_name.as_str(), last.function.as_deref(), last.status), ("PutItem", Some("board-api"), 200));
}

#[tokio::test]
async fn every_service_refuses_in_its_own_form() {
    let fixture = Fixture::start(json!([allow("s3:GetObject", "arn:aws:s3:::other/*")])).await;
    let body =
        json!({ "QueueUrl": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures", "MessageBody": "m" });
    let came = fixture.json("sqs", "AmazonSQS.SendMessage", body).await;
    assert_eq!((came.status, came.error_type.as_str()), (403, "AccessDenied;Sender"));
    assert!(
        came.body.contains(&denial("sqs:sendmessage", "arn:aws:sqs:ap-northeast-2:123456789012:failures")),
        "{}",
        came.body
    );

    let body = json!({ "logGroupName": "group", "logStreamName": "stream", "logEvents": [] });
    let came = fixture.json("logs", "Logs_20140328.PutLogEvents", body).await;
    let resource = "arn:aws:logs:ap-northeast-2:123456789012:log-group:group:log-stream:stream";
    let expected = json!({ "__type": "AccessDeniedException", "Message": denial("logs:PutLogEvents", resource) });
    assert_eq!((came.status, serde_json::from_str::<Value>(&came.body).unwrap()), (400, expected));

    let came = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &json!({})).await;
    assert_eq!((came.status, came.error_type.as_str()), (403, "AccessDeniedException"));
    let resource = "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api";
    assert_eq!(
        serde_json::from_str::<Value>(&came.body).unwrap(),
        json!({ "Message": denial("lambda:InvokeFunction", resource) })
    );

    let came = fixture.ask("sts", "/", &[("content-type", "application/x-www-form-urlencoded")], &Value::Null).await;
    assert_eq!(came.status, 400, "an action is missing: {}", came.body);
}

#[tokio::test]
async fn keys_of_environments_that_are_gone_are_expired() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.cloud.identities().revoke(&fixture.credentials.access_key_id);
    let came = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!(came.status, 400);
    assert!(came.body.contains("ExpiredTokenException"), "{}", came.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_a_message_gets_its_own_id() {
    let url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/failures";
    let fixture = std::sync::Arc::new(Fixture::start(json!([allow("sqs:SendMessage", "*")])).await);
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..64 {
        let fixture = std::sync::Arc::clone(&fixture);
        senders.spawn(async move {
            let body = json!({ "QueueUrl": url, "MessageBody": n.to_string() });
            let came = fixture.json("sqs", "AmazonSQS.SendMessage", body).await;
            let answer: Value = serde_json::from_str(&came.body).unwrap();
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
async fn a_body_too_deep_to_be_read_passes_no_role_by() {
    let fixture = Fixture::start(json!([allow("dynamodb:GetItem", BOARD)])).await;
    let mut deep = json!({ "S": "x" });
    for _ in 0..70 {
        deep = json!({ "M": { "a": deep } });
    }
    let insert = json!({ "Statement": "INSERT INTO board VALUE {'pk': 'smuggled'}" });
    let too_deep = json!({ "Statement": "INSERT INTO board VALUE {'pk': ?}", "Parameters": [deep] });
    let body = json!({ "Statements": [insert, too_deep] });
    let came = fixture.json("dynamodb", "DynamoDB_20120810.BatchExecuteStatement", body).await;
    assert_eq!(came.status, 400, "{}", came.body);
    let scan = fixture.cloud.tables().call("Scan", &json!({ "TableName": "board" })).await.unwrap();
    assert_eq!(scan["Count"], 0, "nothing was written without a permission");
}

#[tokio::test]
async fn a_caller_without_proof_is_refused_in_each_services_form() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.secret_access_key = "another".to_string();
    let list = json!({});
    let coral = "com.amazon.coral.service#";
    let came = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", list.clone()).await;
    assert_eq!((came.status, came.error_type.as_str()), (400, "InvalidSignatureException"));
    assert!(came.body.contains(&format!("{coral}InvalidSignatureException")), "{}", came.body);
    let came = fixture.json("logs", "Logs_20140328.DescribeLogGroups", list.clone()).await;
    assert_eq!((came.status, came.error_type.as_str()), (400, "InvalidSignatureException"));
    let came = fixture.json("sqs", "AmazonSQS.ListQueues", list.clone()).await;
    assert_eq!((came.status, came.error_type.as_str()), (403, "SignatureDoesNotMatch;Sender"));
    let came = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &list).await;
    assert_eq!((came.status, came.error_type.as_str()), (403, "InvalidSignatureException"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let came = fixture.ask("sts", "/", &form, &Value::Null).await;
    assert!(came.status == 403 && came.body.contains("<Code>SignatureDoesNotMatch</Code>"), "{}", came.body);
    // What DynamoDB does not have, it says before it looks at a signature.
    let came = fixture.json("dynamodb", "DynamoDB_20120810.NoSuchOperation", list).await;
    assert!(came.body.contains("UnknownOperationException"), "{}", came.body);
    assert!(fixture.cloud.lambda().invocations("board-api").is_empty());
}

#[tokio::test]
async fn temporary_credentials_are_worth_nothing_without_their_token() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.session_token = None;
    let came = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!((came.status, came.error_type.as_str()), (400, "UnrecognizedClientException"));
    let came = fixture.ask("s3", "/site-of-tests/k?uploads", &[], &Value::Null).await;
    assert!(came.status == 400 && came.body.contains("<Code>InvalidToken</Code>"), "{} {}", came.status, came.body);
}

#[tokio::test]
async fn a_service_that_is_not_here_answers_in_its_clients_protocol() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let came = fixture.ask("sns", "/", &form, &Value::Null).await;
    let is_xml =
        came.body.contains("<Code>InvalidAction</Code>") && came.body.contains("The local cloud does not know");
    assert!(came.status == 400 && is_xml, "{} {}", came.status, came.body);
    let came = fixture.json("kinesis", "Kinesis_20131202.PutRecord", json!({})).await;
    assert!(came.status == 400 && came.body.contains("UnknownOperationException"), "{} {}", came.status, came.body);
}

#[tokio::test]
async fn a_functions_call_that_cannot_be_read_is_refused_and_written_down() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let mut deep = json!("x");
    for _ in 0..130 {
        deep = json!([deep]);
    }
    let came = fixture.json("dynamodb", "DynamoDB_20120810.PutItem", deep).await;
    assert!(came.status == 400 && came.body.contains("SerializationException"), "{} {}", came.status, came.body);
    let activity = fixture.cloud.activity().since(0);
    let written = activity.iter().any(
        |entry| matches!(&entry.event, ActivityEvent::Call { event_name, status: 400, .. } if event_name == "PutItem"),
    );
    assert!(written, "{activity:?}");
}

/// Nothing of a caller who cannot prove who they are is parsed as an item, an expression or a key.
#[tokio::test]
async fn an_unsigned_call_meets_the_signature_before_its_expressions() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.secret_access_key = "another".to_string();
    let many = json!({ "TableName": "board", "Key": { "pk": { "S": "x" } },
        "UpdateExpression": format!("SET a = {}", vec!["b"; 400].join("+")) });
    let large = json!({ "TableName": "board", "Item": { "pk": { "S": "x".repeat(2 * 1024 * 1024) } } });
    for (operation, body) in [("UpdateItem", many), ("PutItem", large)] {
        let came = fixture.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), body).await;
        assert_eq!((came.status, came.error_type.as_str()), (400, "InvalidSignatureException"), "{operation}");
    }
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
    let (streams, tables): (Vec<&str>, Vec<&str>) = names::<DynamoDbOperation>()
        .into_iter()
        .partition(|name| ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].contains(name));
    check("dynamodb", "DynamoDB_20120810", tables).await;
    check("dynamodb", "DynamoDBStreams_20120810", streams).await;
    check("sqs", "AmazonSQS", names::<SqsOperation>()).await;
    check("logs", "Logs_20140328", names::<LogsOperation>()).await;
}

fn names<O: OperationTable>() -> Vec<&'static str> {
    O::ALL.iter().map(|operation| operation.name()).collect()
}

#[tokio::test]
async fn every_operation_of_lambda_is_reached_by_its_route() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    for (operation, method, path) in lambda_api::samples() {
        let answer = fixture.send("lambda", method, &path, &[], &json!({})).await;
        assert!(!answer.body.contains("does not know"), "{operation:?}: {}", answer.body);
        assert_eq!(last_event_name(&fixture), operation.name());
    }
}

#[tokio::test]
async fn an_operation_that_is_not_here_says_which_are() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let came = fixture.json("sqs", "AmazonSQS.CreateQueue", json!({})).await;
    let known = names::<SqsOperation>().join(", ");
    let message = format!("The local cloud's SQS does not know CreateQueue; it answers {known}.");
    let expected = json!({ "__type": "com.amazon.coral.service#UnknownOperationException", "message": message });
    assert_eq!((came.status, serde_json::from_str::<Value>(&came.body).unwrap()), (400, expected));
    assert_eq!(last_event_name(&fixture), "CreateQueue");

    let came = fixture.json("logs", "Logs_20140328.DeleteLogGroup", json!({})).await;
    assert!(came.status == 400 && came.body.contains("CloudWatch Logs does not know DeleteLogGroup"), "{}", came.body);

    let came = fixture.send("lambda", "DELETE", "/2015-03-31/functions/board-api", &[], &Value::Null).await;
    assert_eq!((came.status, came.error_type.as_str()), (404, "UnknownOperationException"));
    assert_eq!(last_event_name(&fixture), "DELETE /2015-03-31/functions/board-api");
}

#[tokio::test]
async fn an_operation_that_is_not_here_is_denied_before_it_is_unknown() {
    let fixture = Fixture::start(json!([allow("dynamodb:GetItem", BOARD)])).await;
    let came = fixture.send("lambda", "DELETE", "/2015-03-31/functions/board-api", &[], &Value::Null).await;
    let resource = "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api";
    let expected = json!({ "Message": denial("lambda:DeleteFunction", resource) });
    assert_eq!((came.status, serde_json::from_str::<Value>(&came.body).unwrap()), (403, expected));
    let came = fixture.send("lambda", "PATCH", "/2015-03-31/layers", &[], &Value::Null).await;
    let expected = json!({ "Message": denial("lambda:*", "*") });
    assert_eq!((came.status, serde_json::from_str::<Value>(&came.body).unwrap()), (403, expected));
    let came = fixture.json("sqs", "AmazonSQS.CreateQueue", json!({ "QueueName": "another" })).await;
    let resource = "arn:aws:sqs:ap-northeast-2:123456789012:another";
    assert!(came.status == 403 && came.body.contains(&denial("sqs:createqueue", resource)), "{}", came.body);
}
