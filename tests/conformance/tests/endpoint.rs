//! DynamoDB and S3 at the AWS endpoint, as a function with a small role meets them over the wire. The other services' refusals are
//! under test beside the endpoint itself.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use bytes::Bytes;
use conformance::ground::{Ground, socket_of};
use conformance::socket::Ask;
use dynamodb::DynamoDb;
use local::activity::ActivityEvent;
use local::cloud::Cloud;
use local::signature::Credentials;
use serde_json::{Value, json};
use stack::{Bucket, Function, Role, Stack, Table};

const BOARD: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";

/// A cloud with a table and a bucket, and the keys of a function in it that never starts.
struct Fixture {
    cloud: Cloud,
    credentials: Credentials,
}

/// An answer: its status, what kind of error its headers name, and its body.
struct Answer {
    status: u16,
    error_type: String,
    body: Bytes,
}

impl Answer {
    fn error_type(&self) -> &str {
        &self.error_type
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Fixture {
    async fn start(policies: Value) -> Fixture {
        let role =
            Role { name: "board-role".into(), policies: vec![json!({ "Statement": policies })], ..Role::default() };
        let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] });
        let stack = Stack {
            functions: vec![function("board-api", role)],
            tables: vec![Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute: None }],
            buckets: vec![Bucket {
                logical_id: "B".into(),
                name: "site-of-tests".into(),
                public_access_block: stack::PublicAccessBlock::ALL,
                policy: None,
                policy_logical_id: None,
                website: None,
                cors_rules: Vec::new(),
                versioning: None,
            }],
            ..Stack::default()
        };
        let cloud = Ground::new("never-started").boot(stack).await.unwrap();
        let credentials = cloud.identities().issue("board-api", cloud.clock());
        Fixture { cloud, credentials }
    }

    async fn send(&self, service: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let address = socket_of(&self.cloud.aws_url()).unwrap();
        let ask = Ask { method: method.into(), path: path.into(), headers, body };
        let answer = ask.signed(&self.credentials, service, address).send(address).await.unwrap();
        let error_type = answer.values("x-amzn-errortype").first().map(ToString::to_string).unwrap_or_default();
        Answer { status: answer.status, error_type, body: answer.body }
    }

    async fn ask(&self, service: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send(service, "POST", path, headers, body).await
    }

    async fn json(&self, service: &str, target: &str, body: Value) -> Answer {
        self.ask(service, "/", &[("x-amz-target", target), ("content-type", "application/x-amz-json-1.0")], &body).await
    }
}

fn function(name: &str, role: Role) -> Function {
    Function { logical_id: "F".into(), role, log_group: "group".into(), ..Function::named(name) }
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
        let got = fixture.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), body).await;
        let expected =
            json!({ "__type": "com.amazon.coral.service#AccessDeniedException", "Message": denial(action, resource) });
        assert_eq!((got.status, got.json()), (400, expected));
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
    assert_eq!(put.status, 200, "{}", put.text());
    let calls = fixture.cloud.trail().events();
    let last = calls.last().unwrap();
    assert_eq!((last.event_name.as_str(), last.function.as_deref(), last.status), ("PutItem", Some("board-api"), 200));
}

#[tokio::test]
async fn keys_of_environments_that_are_gone_are_expired() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.cloud.identities().revoke(&fixture.credentials.access_key_id);
    let got = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!(got.status, 400);
    assert!(got.text().contains("ExpiredTokenException"), "{}", got.text());
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
    let got = fixture.json("dynamodb", "DynamoDB_20120810.BatchExecuteStatement", body).await;
    assert_eq!(got.status, 400, "{}", got.text());
    let scan = DynamoDb::of(&fixture.cloud).tables().call("Scan", &json!({ "TableName": "board" })).await.unwrap();
    assert_eq!(scan["Count"], 0, "nothing was written without a permission");
}

#[tokio::test]
async fn temporary_credentials_are_worth_nothing_without_their_token() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.session_token = None;
    let got = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!((got.status, got.error_type()), (400, "UnrecognizedClientException"));
    let got = fixture.ask("s3", "/site-of-tests/k?uploads", &[], &Value::Null).await;
    assert!(got.status == 400 && got.text().contains("<Code>InvalidToken</Code>"), "{} {}", got.status, got.text());
}

#[tokio::test]
async fn a_functions_call_that_cannot_be_read_is_refused_and_written_down() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let mut deep = json!("x");
    for _ in 0..130 {
        deep = json!([deep]);
    }
    let got = fixture.json("dynamodb", "DynamoDB_20120810.PutItem", deep).await;
    assert!(got.status == 400 && got.text().contains("SerializationException"), "{} {}", got.status, got.text());
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
        let got = fixture.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), body).await;
        assert_eq!((got.status, got.error_type()), (400, "InvalidSignatureException"), "{operation}");
    }
}

#[tokio::test]
async fn a_caller_without_proof_is_refused_in_dynamodbs_form() {
    let mut fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.credentials.secret_access_key = "another".to_string();
    let got = fixture.json("dynamodb", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!((got.status, got.error_type()), (400, "InvalidSignatureException"));
    let error_type = "com.amazon.coral.service#InvalidSignatureException";
    assert_eq!(got.json()["__type"], error_type, "{}", got.text());
    // What DynamoDB does not have, it says before it looks at a signature.
    let got = fixture.json("dynamodb", "DynamoDB_20120810.NoSuchOperation", json!({})).await;
    assert!(got.text().contains("UnknownOperationException"), "{}", got.text());
}

#[tokio::test]
async fn every_operation_on_mappings_is_answered_and_written_down_under_its_name() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    let (all, one) = ("/2015-03-31/event-source-mappings/", "/2015-03-31/event-source-mappings/u");
    for (operation, method, path, status) in [
        ("ListEventSourceMappings", "GET", all, 200),
        ("CreateEventSourceMapping", "POST", all, 400),
        ("GetEventSourceMapping", "GET", one, 404),
        ("UpdateEventSourceMapping", "PUT", one, 404),
        ("DeleteEventSourceMapping", "DELETE", one, 404),
    ] {
        let got = fixture.send("lambda", method, path, &[], &json!({})).await;
        assert!(got.status == status && !got.text().contains("does not know"), "{operation}: {}", got.text());
        assert_eq!(fixture.cloud.trail().events().last().unwrap().event_name, operation);
    }
}

#[tokio::test]
async fn what_s3_found_out_about_its_caller_is_written_down() {
    let fixture = Fixture::start(json!([allow("s3:GetObject", "arn:aws:s3:::other/*")])).await;
    let got = fixture.send("s3", "GET", "/site-of-tests/k", &[], &Value::Null).await;
    assert!(got.status == 403 && got.text().contains("<Code>AccessDenied</Code>"), "{} {}", got.status, got.text());
    let calls = fixture.cloud.trail().events();
    let last = calls.last().unwrap();
    assert_eq!((last.event_name.as_str(), last.function.as_deref()), ("GET /site-of-tests/k", Some("board-api")));
    let activity = fixture.cloud.activity().since(0);
    let denied = activity.iter().any(|entry| {
        matches!(&entry.event, ActivityEvent::Call { denied: Some(why), status: 403, .. } if why == "S3 refuses access")
    });
    assert!(denied, "{activity:?}");
}

#[tokio::test]
async fn who_waits_to_send_a_body_is_refused_before_it_is_sent() {
    let fixture = Fixture::start(json!([allow("s3:PutObject", "arn:aws:s3:::site-of-tests/mine/*")])).await;
    let address = socket_of(&fixture.cloud.aws_url()).unwrap();
    let body = Bytes::from_static(b"body");
    let first = async |path: &str, length: usize, headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let ask = Ask { method: "PUT".into(), path: path.into(), headers, body: body.clone() };
        ask.signed(&fixture.credentials, "s3", address).expecting(length, address).await.unwrap()
    };
    let other_key = "AWS4-HMAC-SHA256 Credential=AKIAOTHER/20260101/ap-northeast-2/s3/aws4_request, SignedHeaders=host, Signature=00";
    for (path, length, headers, expected) in [
        ("/site-of-tests/mine/a", body.len(), &[][..], 100),
        ("/no-such-bucket/mine/a", body.len(), &[], 404),
        ("/site-of-tests/other/a", body.len(), &[], 403),
        ("/site-of-tests/mine/a", 17 * 1024 * 1024, &[], 413),
        ("/site-of-tests/mine/a", body.len(), &[("Authorization", other_key)], 403),
        ("/site-of-tests/mine/a", body.len(), &[("Authorization", "Bearer me")], 400),
        ("/site-of-tests/mine/a", body.len(), &[("x-amz-expected-bucket-owner", "111111111111")], 403),
    ] {
        assert_eq!(first(path, length, headers).await, expected, "{path} {length} {headers:?}");
    }
    // What the body decides is answered when it has come.
    let got = fixture.send("s3", "PUT", "/site-of-tests/mine/a", &[("Expect", "100-continue")], &json!("x")).await;
    assert_eq!(got.status, 200, "{}", got.text());
}
