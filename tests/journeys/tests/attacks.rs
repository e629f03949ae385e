//! Attacks on a running command, each as somebody would carry it out, and what they come to: nothing.
//!
//! `tests/browser/tests/hostile.rs` has those that take a browser; `signals.rs` the processes that could be left behind.

use std::time::Duration;

use journeys::{Ask, Board, ask};
use local::signature::Credentials;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes to a port, and all that comes back until the other side closes or says nothing for a while.
async fn raw(port: u16, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the port listens");
    stream.write_all(sent).await.expect("it takes what it is sent");
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn port(board: &Board, which: &str) -> u16 {
    let url = board.url(which, "");
    let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
    authority.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

async fn bucket(board: &Board) -> String {
    let listed = board.aws("GET", "/", "s3").send().await.text();
    listed.split("<Name>").nth(1).and_then(|rest| rest.split("</Name>").next()).expect("a bucket").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_port_answers_a_stranger() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    board.write("mine").await;
    assert_eq!(board.activity_count(1).await, 1);
    let before = board.happened_with_a_batch().await;
    let forged = "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/ap-northeast-2/dynamodb/aws4_request, \
                  SignedHeaders=host, Signature=0\r\nX-Amz-Date: 20260101T000000Z\r\n";
    let scan = "X-Amz-Target: DynamoDB_20120810.Scan\r\nContent-Type: application/x-amz-json-1.0\r\n";
    let invoke = "POST /2015-03-31/functions/board-feed/invocations HTTP/1.1\r\n";
    let requests = [
        (
            "the table, from a page",
            format!("POST / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n{scan}{forged}"),
        ),
        ("the table, by a forged signature", format!("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{scan}{forged}")),
        ("the table, unsigned", format!("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{scan}")),
        (
            "a function, from a page",
            format!("{invoke}Host: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\n"),
        ),
        ("a function, unsigned", format!("{invoke}Host: 127.0.0.1\r\n")),
        ("an event", "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_string()),
        ("a deployment", "POST /_local/deployments HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_string()),
        ("the activity", "GET /_local/events HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_string()),
        ("a website's name", format!("POST / HTTP/1.1\r\nHost: b.s3-website.x.amazonaws.com\r\n{scan}{forged}")),
        ("two hosts", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n".to_string()),
        ("another host in the target", "GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_string()),
    ];
    let ports = board.listening_ports();
    assert!(ports.len() >= 6, "book, site, API, AWS endpoint and two Runtime APIs: {ports:?}");
    for port in ports {
        for (what, head) in &requests {
            let body = r#"{"TableName": "board", "Records": [], "template": "/etc/passwd"}"#;
            let length = body.len();
            let answer =
                raw(port, format!("{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes())
                    .await;
            // Pages answer every caller that is not a page with what they have: not found, or not allowed.
            assert!(["400", "403", "404", "405"].contains(&status(&answer)), "{what} at port {port}: {answer}");
            assert!(!answer.contains("root:") && !answer.contains("mine"), "{what} at port {port}: {answer}");
        }
    }
    let after = board.happened().await;
    let new: Vec<&str> = after.lines().skip(before.lines().count()).collect();
    let ran = new.iter().filter(|line| line.contains("\"kind\":\"invocation\"")).count();
    assert_eq!(ran, 0, "functions ran: {new:?}");
    assert!(
        new.iter().filter(|line| line.contains("\"kind\":\"call\"")).all(|line| !line.contains("\"status\":200")),
        "{new:?}"
    );
    assert_eq!(board.all_posts(10).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_condition_however_deep_ends_the_command() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let update = async |condition: String, depth: usize| {
        let mut value = json!({ "S": "x" });
        for _ in 0..depth {
            value = json!({ "M": { "a": value } });
        }
        let body = json!({ "TableName": "board", "Key": { "pk": { "S": "A" }, "sk": { "S": "B" } },
            "UpdateExpression": "SET c = :c", "ConditionExpression": condition,
            "ExpressionAttributeValues": { ":c": value } });
        let call = board.aws("POST", "/", "dynamodb").header("x-amz-target", "DynamoDB_20120810.UpdateItem");
        let answer = call.json(&body).send().await;
        (
            answer.status,
            answer.json()["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_string(),
        )
    };
    let nested =
        |levels: usize| format!("{}attribute_not_exists(z){}", "a < b OR (".repeat(levels), ")".repeat(levels));
    for (what, condition, depth, expected) in [
        ("unclosed", "(".repeat(180), 0, (400, "ValidationException")),
        ("unclosed to the limit", "(".repeat(4_000), 0, (400, "ValidationException")),
        ("too long", "(".repeat(5_000), 0, (400, "ValidationException")),
        ("149 levels", nested(149), 0, (200, "")),
        ("180 levels", nested(180), 0, (400, "ValidationException")),
        (
            "260 negations",
            format!("{}attribute_exists(z)", "NOT ".repeat(260)),
            0,
            (400, "ConditionalCheckFailedException"),
        ),
        ("a deep value", "attribute_exists(pk)".to_string(), 40, (400, "ValidationException")),
    ] {
        let (status, error) = update(condition, depth).await;
        assert_eq!((status, error.as_str()), expected, "{what}");
    }
    assert_eq!(board.get("/board").await.status, 200, "the board is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_everybody_knows_open_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let bucket = bucket(&board).await;
    let known = Credentials { access_key_id: "local".into(), secret_access_key: "local".into(), session_token: None };
    let put = Ask::new("PUT", &board.url("aws", &format!("/{bucket}/index.html"))).body("<script>1</script>");
    let refused = ask(put.clone().signed(&known, "s3")).await;
    assert!(refused.status == 403 && refused.text().contains("<Code>InvalidAccessKeyId</Code>"), "{}", refused.text());
    assert_eq!(ask(put.presigned(&known, "s3")).await.status, 403);
    // The form that three posts replaced the page's script with.
    let form = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nindex.html\r\n--b\r\nContent-Disposition: form-data; \
                name=\"file\"; filename=\"f\"\r\nContent-Type: text/html\r\n\r\n<script>1</script>\r\n--b--\r\n";
    let post = Ask::new("POST", &board.url("aws", &format!("/{bucket}")))
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(ask(post.clone().body(form)).await.status, 403);
    let from_a_page = post.header("origin", &board.url("site", "")).header("sec-fetch-site", "same-site").body(form);
    let refused = ask(from_a_page).await;
    assert!(refused.status == 403 && refused.text().contains("are shown as pages"), "{}", refused.text());
    let page = std::fs::read_to_string(journeys::root().join("site/index.html")).expect("the page's source");
    assert_eq!(ask(Ask::get(&board.url("site", "/"))).await.text(), page);
}

/// A bucket for uploads, which pages of everywhere may use, and one that is a website.
const TWO_BUCKETS: &str = "AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: A bucket that takes uploads, and a website
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: uploads-of-everybody
      CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*'], AllowedMethods: [GET, PUT], AllowedHeaders: ['*']}]}
  Pages:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: pages-of-everybody
      WebsiteConfiguration: {IndexDocument: index.html}
      CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*'], AllowedMethods: [GET, PUT], AllowedHeaders: ['*']}]}
";

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_url_uploads_and_does_nothing_else() {
    let data = tempfile::tempdir().expect("a folder");
    let template = data.path().join("template.yaml");
    std::fs::write(&template, TWO_BUCKETS).expect("a template");
    let board = Board::of(&data.path().join("data"), &template).await;
    let uploads = board.url("aws", "/uploads-of-everybody/");
    let put = |url: &str| Ask::new("PUT", url);
    let kept = put(&format!("{uploads}private")).body("secret").signed(board.credentials(), "s3");
    assert_eq!(ask(kept).await.status, 200);
    let from_a_page = |ask: Ask| {
        ask.header("user-agent", "Mozilla/5.0")
            .header("origin", "https://evil.example")
            .header("sec-fetch-site", "cross-site")
    };
    let invited = put(&format!("{uploads}mine")).presigned(board.credentials(), "s3");
    for (name, value) in [
        ("x-amz-copy-source", "/uploads-of-everybody/private"),
        ("x-amz-meta-owner", "me"),
        ("x-amz-website-redirect-location", "https://evil.example/"),
        ("x-amz-acl", "public-read"),
    ] {
        let refused = ask(from_a_page(invited.clone()).header(name, value)).await;
        let named = format!("<HeadersNotSigned>{name}</HeadersNotSigned>");
        assert!(refused.status == 403 && refused.text().contains(&named), "{name}: {}", refused.text());
    }
    let mine = Ask::get(&format!("{uploads}mine"));
    assert_eq!(ask(mine.clone().signed(board.credentials(), "s3")).await.status, 404, "nothing was copied");
    assert_eq!(ask(from_a_page(invited).body("a picture")).await.status, 200, "what it is for");
    assert_eq!(ask(mine.signed(board.credentials(), "s3")).await.text(), "a picture");

    // A website's pages are the workbook's own, and are admitted to the API: no page writes one.
    let website = put(&board.url("aws", "/pages-of-everybody/index.html")).presigned(board.credentials(), "s3");
    let refused = ask(from_a_page(website.clone()).body("<script>1</script>")).await;
    assert!(refused.status == 403 && refused.text().contains("are shown as pages"), "{}", refused.text());
    assert_eq!(ask(website.body("<p>by a program</p>")).await.status, 200);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_a_data_folder_lets_the_start_wait_for_ever() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    board.kill().await;
    let pipe = |name: &str| {
        let made = std::process::Command::new("mkfifo").arg(data.path().join(name)).status().expect("mkfifo is there");
        assert!(made.success(), "{name}");
    };
    for name in
        ["mappings.json", "checkpoints.json", "running.json", "queues/board-feed-failures/0.json", "events/0.json"]
    {
        let file = data.path().join(name);
        let kept = std::fs::read(&file).ok();
        let _ = std::fs::remove_file(&file);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        pipe(name);
        match Board::try_start(data.path(), &[]).await {
            Err(refused) => {
                let said = format!("{refused:?}");
                assert!(
                    said.contains("neither a file nor a folder") || said.contains("not a regular file"),
                    "{name}: {said}"
                );
            }
            // An event that cannot be read is told and left.
            Ok(board) => {
                assert_eq!(name, "events/0.json");
                board.kill().await;
            }
        }
        std::fs::remove_file(&file).expect("it is still the pipe");
        if let Some(kept) = kept {
            std::fs::write(&file, kept).expect("it can be written");
        }
    }
    Board::start(data.path()).await.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leaves_its_bucket_and_none_ends_a_worker() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let bucket = bucket(&board).await;
    let secrets = ["credentials", "token", "running.json", "tables.sqlite"];
    for name in secrets {
        let depths =
            ["..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "../..", "x/../../..", "..\\..", "%5c..%5c..", "%00/.."];
        for path in depths.map(|up| format!("/{up}/{name}")) {
            let bytes = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            for which in ["site", "book", "aws", "api"] {
                let answer = raw(port(&board, which), bytes(&path).as_bytes()).await;
                let refused = ["400", "403", "404"].contains(&status(&answer));
                assert!(refused && !answer.contains("aws_secret"), "{which} {path}: {answer}");
            }
            let get = Ask::get(&board.url("aws", &format!("/{bucket}{path}"))).presigned(board.credentials(), "s3");
            let target =
                get.url().split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_string()));
            let answer = raw(port(&board, "aws"), bytes(&target.expect("a path")).as_bytes()).await;
            let refused = ["400", "403", "404"].contains(&status(&answer));
            assert!(refused && !answer.contains("aws_secret"), "{path} with the learner's key: {answer}");
        }
    }
    for target in
        ["/..", "/../..", "*", "//", "/%", "/%zz", "/%ff", "http://127.0.0.1/..", "/?", "/%00", "/.", "/a/./../b"]
    {
        for port in board.listening_ports() {
            let answer =
                raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").as_bytes())
                    .await;
            assert!(answer.starts_with("HTTP/1.1 "), "a worker of port {port} did not answer {target}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_reads_templates_where_they_may_lie() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let token = board.token();
    let deploy = async |template: &str, authorization: &str| {
        let body: Value = json!({ "template": template });
        let post = Ask::new("POST", &board.url("aws", "/_local/deployments")).header("authorization", authorization);
        let answer = ask(post.json(&body)).await;
        (answer.status, answer.text())
    };
    let own = journeys::root().join("infra/template.yaml").display().to_string();
    for wrong in ["", "Bearer ", "Bearer 0", token, "Basic bG9jYWw6bG9jYWw="] {
        assert_eq!(deploy(&own, wrong).await.0, 403, "{wrong:?} is not the token");
    }
    for elsewhere in ["/etc/passwd", "/dev/zero", "/", "/proc/self/environ", "no-such-file.yaml"] {
        let (status, answer) = deploy(elsewhere, &format!("Bearer {token}")).await;
        assert!(
            status == 400 && !answer.contains("root:") && !answer.contains("PATH="),
            "{elsewhere}: {status} {answer}"
        );
    }
    // The token opens, and the template that runs is read: it has nothing new.
    let (status, answer) = deploy(&own, &format!("Bearer {token}")).await;
    assert!(status == 400 && answer.ends_with("No updates are to be performed."), "{status} {answer}");
}
