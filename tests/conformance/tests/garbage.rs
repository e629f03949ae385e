//! Garbage on every socket: 10,000 requests each from one generator. Nothing panics, nothing hangs, and when it is over the
//! cloud holds what it held before.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use conformance::function::BEHAVIOUR;
use conformance::garbage::{Garbage, Thrown};
use conformance::ground::{FUNCTION, Ground, function, socket_of};
use conformance::observed::Answer;
use conformance::runtime_api::{NEXT, address_told};
use conformance::socket::Ask;
use local::cloud::Cloud;
use local::lambda::InvokeRequest;
use local::signature::{Credentials, SignableRequest, sign};
use s3::{Object, S3};
use serde_json::json;
use time::OffsetDateTime;

/// Requests for each socket.
const COUNT: usize = 10_000;

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Counts panics from now on, in every task. A server that loses a task goes on, and nobody would notice. Other tests of this program fail
/// by themselves: their threads have their names.
fn watch_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let own = module_path!().split("::").last().unwrap_or_default();
        let is_other_test = move |name: &str| name.split_once("::").is_some_and(|(module, _)| module != own);
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !thread::current().name().is_some_and(is_other_test) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            usual(panic);
        }));
    });
}

/// A stack with a door of every kind: an API, a distribution, a website, and what the AWS endpoint serves.
fn template(folder: &std::path::Path) -> PathBuf {
    let behaviour =
        function(FUNCTION, Some(&json!({ "returns": { "statusCode": 200, "body": "hello" } })), true).unwrap();
    let behaviour = json!(behaviour.function.environment[BEHAVIOUR]);
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: {FUNCTION}
      CodeUri: .
      Handler: bootstrap
      Runtime: provided.al2023
      Environment: {{Variables: {{{BEHAVIOUR}: {behaviour}}}}}
      Events:
        Any: {{Type: Api, Properties: {{Path: '/{{proxy+}}', Method: ANY}}}}
  Posts:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: posts
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
  Letters: {{Type: AWS::SQS::Queue, Properties: {{QueueName: letters}}}}
  Site:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: site
      WebsiteConfiguration: {{IndexDocument: index.html, ErrorDocument: error.html}}
      PublicAccessBlockConfiguration:
        {{BlockPublicAcls: false, BlockPublicPolicy: false, IgnorePublicAcls: false, RestrictPublicBuckets: false}}
  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${{Site.Arn}}/*'}}]
  Edge:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        DefaultRootObject: index.html
        Origins: [{{Id: site, DomainName: !GetAtt Site.RegionalDomainName, S3OriginConfig: {{OriginAccessIdentity: ''}}}}]
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
"
    );
    let file = folder.join("template.yaml");
    std::fs::write(&file, text).unwrap();
    file
}

async fn cloud() -> (Cloud, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::new(env!("CARGO_BIN_EXE_conformance"));
    let cloud =
        Cloud::boot(ground.with_services(template(folder.path()))).await.unwrap_or_else(|error| panic!("{error}"));
    let page = Object { content_type: "text/html", cache_control: "no-cache", body: "<p>hello".into() };
    S3::of(&cloud).buckets().put_object("site", "index.html", page).await.unwrap();
    (cloud, folder)
}

/// A request with its headers and its body, as it goes over the wire.
fn request(line: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{length}\r\n{body}")
}

async fn get(address: SocketAddr, path: &str) -> Answer {
    asked(path).send(address).await.unwrap()
}

fn asked(path: &str) -> Ask {
    Ask { method: "GET".into(), path: path.into(), headers: Vec::new(), body: Default::default() }
}

/// `request` with a signature that holds, as long as nobody touches it.
fn signed(request: &str, credentials: &Credentials, service: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut line = head.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let unsigned = SignableRequest { method, target, host: "127.0.0.1", body: body.as_bytes() };
    let added = sign(credentials, service, unsigned, OffsetDateTime::now_utc());
    let added: String = added.iter().map(|(name, value)| format!("\r\n{name}: {value}")).collect();
    format!("{head}{added}\r\n\r\n{body}")
}

/// What the process holds open; none where the system does not tell.
fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

/// Throws garbage at `address`, and asks the socket with `path` before and after.
async fn survives(what: &str, address: SocketAddr, check: Ask, understood: &[String]) -> Thrown {
    let get = async |address| check.send(address).await.unwrap();
    let before = get(address).await;
    assert_eq!(before.status, 200, "{what}: {}", String::from_utf8_lossy(&before.body));
    let began = std::time::Instant::now();
    let thrown = Garbage::new(0x9e37_79b9_7f4a_7c15, understood).throw(address, COUNT).await;
    println!("{what}: {COUNT} requests in {:.1} s: {thrown:?}", began.elapsed().as_secs_f64());
    assert_eq!(get(address).await.body, before.body, "{what} answers as before");
    // Garbage that never gets past the door would prove nothing, nor would garbage that the door never sees.
    assert!(thrown.answered.contains_key(&200) && thrown.answered.contains_key(&400), "{what}: {thrown:?}");
    thrown
}

#[tokio::test(flavor = "multi_thread")]
async fn four_doors_outlive_garbage_and_nothing_leaks() {
    watch_for_panics();
    let (cloud, _folder) = cloud().await;
    let socket = |url: Option<String>| socket_of(&url.unwrap()).unwrap();
    let (api, aws) = (socket(cloud.api_url()), socket(Some(cloud.aws_url())));
    let (edge, website) = (socket(cloud.site_url()), socket(S3::of(&cloud).website_url("site")));

    let json = ["Content-Type: application/json"];
    survives(
        "gateway",
        api,
        asked("/Prod/hello"),
        &[
            request("GET /Prod/hello?a=b%20c&a=d", &["X-Own: 1", "Accept: */*"], ""),
            request("POST /Prod/deep/er", &json, r#"{"title": "one"}"#),
            request("GET /", &[], ""),
            request("PUT /Prod/chunks", &["Transfer-Encoding: chunked"], "")
                .replace("\r\n\r\n", "\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n"),
            "GET http://127.0.0.1/Prod/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".to_string(),
        ],
    )
    .await;
    let keys = cloud.credentials().clone();
    let dynamodb = |operation: &str| {
        let target = format!("X-Amz-Target: DynamoDB_20120810.{operation}");
        let headers = [target.as_str(), "Content-Type: application/x-amz-json-1.0"];
        let body = r#"{"TableName": "posts", "Key": {"pk": {"S": "a"}}, "Item": {"pk": {"S": "a"}}}"#;
        signed(&request("POST /", &headers, body), &keys, "dynamodb")
    };
    let target = |target: &str, body: &str| {
        let service = if target.starts_with("Logs") { "logs" } else { "sqs" };
        signed(&request("POST /", &[&format!("X-Amz-Target: {target}")], body), &keys, service)
    };
    let signed = |request: String, service: &str| signed(&request, &keys, service);
    survives(
        "AWS endpoint",
        aws,
        asked("/2015-03-31/account-settings").signed(&keys, "lambda", aws),
        &[
            dynamodb("PutItem"),
            dynamodb("GetItem"),
            dynamodb("NoSuchOperation"),
            target("Logs_20140328.FilterLogEvents", r#"{"logGroupName": "g", "filterPattern": "?a -b \"c"}"#),
            target(
                "Logs_20140328.PutLogEvents",
                r#"{"logGroupName": "g", "logStreamName": "s", "logEvents": [{"message": "m"}]}"#,
            ),
            target("AmazonSQS.SendMessage", r#"{"QueueUrl": "letters", "MessageBody": "m"}"#),
            target("AmazonSQS.ReceiveMessage", r#"{"QueueUrl": "letters", "MaxNumberOfMessages": 3}"#),
            target("NoSuchService.Operation", "{}"),
            signed(request("POST /2015-03-31/functions/f/invocations", &["X-Amz-Log-Type: Tail"], "{}"), "lambda"),
            signed(request("GET /2015-03-31/functions/f?Qualifier=1", &[], ""), "lambda"),
            signed(
                request("PUT /2015-03-31/functions/f/event-invoke-config", &json, r#"{"MaximumRetryAttempts": 1}"#),
                "lambda",
            ),
            signed(
                request(
                    "POST /2015-03-31/event-source-mappings",
                    &json,
                    r#"{"FunctionName": "f", "EventSourceArn": "arn"}"#,
                ),
                "lambda",
            ),
            signed(request("GET /site/index.html", &["Range: bytes=0-3"], ""), "s3"),
            signed(request("PUT /site/key%20x", &[], "body"), "s3"),
            // After the newest entry: two thousand of them in every answer would be most of the work.
            request("GET /_local/events?after=4000000", &[], ""),
            request("POST /_local/deployments", &json, r#"{"template": "no-such-file.yaml"#),
            signed(
                request(
                    "POST /",
                    &["Content-Type: application/x-www-form-urlencoded"],
                    "Action=GetCallerIdentity&Version=2011-06-15",
                ),
                "sts",
            ),
        ],
    )
    .await;
    let page = [
        request("GET /", &["Accept-Encoding: gzip"], ""),
        request("GET /index.html", &["Range: bytes=1-2", "If-None-Match: \"x\""], ""),
        request("HEAD /no/such%2Fpage", &[], ""),
        request("POST /form", &[], "a=b"),
        request("OPTIONS /", &["Origin: http://x.example", "Access-Control-Request-Method: PUT"], ""),
    ];
    survives("edge", edge, asked("/"), &page).await;
    survives("website", website, asked("/"), &page).await;

    // Every environment that garbage started is idle again, and there are not more of them than requests at once.
    let lambda = cloud.lambda();
    assert_eq!(lambda.invoke(FUNCTION, InvokeRequest::with("{}")).await.unwrap().function_error, None);
    let (idle, alive) = (lambda.idle_environments(FUNCTION), lambda.process_ids(FUNCTION).len());
    println!("execution environments: {idle} idle of {alive}; open files: {:?}", open_files());
    assert!(idle == alive && alive <= 64, "{idle} idle of {alive}");
    let processes = lambda.process_ids(FUNCTION);
    cloud.shutdown().await;
    let left = |pid: &&u32| std::path::Path::new(&format!("/proc/{pid}/exe")).exists();
    assert_eq!(processes.iter().filter(left).count(), 0, "no process outlives the cloud");
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runtime_api_outlives_garbage_and_keeps_its_invocation() {
    watch_for_panics();
    let setup = function(FUNCTION, Some(&json!({ "tells_runtime_api": true })), false).unwrap();
    let group = setup.function.log_group.clone();
    let mut told = setup.function;
    told.timeout = std::time::Duration::from_secs(600);
    let stack = stack::Stack { name: "test".into(), functions: vec![told], ..Default::default() };
    let cloud = Ground::new(env!("CARGO_BIN_EXE_conformance")).boot(stack).await.unwrap();
    let lambda = cloud.lambda().clone();
    let invocation = tokio::spawn(async move { lambda.invoke(FUNCTION, InvokeRequest::with("{}")).await });
    let address = address_told(&cloud, &group).await.unwrap();
    // From here on the environment is in the middle of its invocation; asking again gives the same one.
    let id = get(address, NEXT).await.values("lambda-runtime-aws-request-id")[0].to_string();
    survives(
        "Runtime API",
        address,
        asked(NEXT),
        &[
            request(&format!("GET {NEXT}"), &[], ""),
            request("POST /2018-06-01/runtime/invocation/no-such-id/response", &[], "{}"),
            request(
                "POST /2018-06-01/runtime/invocation/no-such-id/error",
                &["Lambda-Runtime-Function-Error-Type: X"],
                "{}",
            ),
            request("POST /2018-06-01/runtime/init/error", &[], "{}"),
            request(
                "POST /2018-06-01/runtime/invocation/x/response",
                &["Lambda-Runtime-Function-Response-Mode: odd"],
                "",
            ),
            request("DELETE /2018-06-01", &[], ""),
        ],
    )
    .await;
    let answer = Ask {
        method: "POST".into(),
        path: format!("/2018-06-01/runtime/invocation/{id}/response"),
        headers: Vec::new(),
        body: "\"still here\"".into(),
    };
    assert_eq!(answer.send(address).await.unwrap().status, 202);
    assert_eq!(&invocation.await.unwrap().unwrap().payload[..], b"\"still here\"");
    assert_eq!(cloud.lambda().process_ids(FUNCTION).len(), 1, "one invocation had one environment");
    cloud.shutdown().await;
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}
