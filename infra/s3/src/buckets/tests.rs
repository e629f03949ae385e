//! What a check, a publish and anybody on the endpoint ask of the buckets.

mod cases;
mod hostile;

use super::*;
use http::StatusCode;
use local::signature::{SignableRequest, presign};
use serde_json::json;
use stack::{PublicAccessBlock, WebsiteConfiguration};

/// Two buckets: anybody may do anything in `open`, which is a website, and nothing in `closed`.
struct Ground {
    folder: tempfile::TempDir,
    buckets: Buckets,
}

impl Ground {
    async fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let buckets = open(&folder.path().join("buckets")).unwrap();
        for (bucket, key) in [("closed", "secret"), ("open", "there"), ("open", "folder/object")] {
            buckets.put_object(bucket, key, text(if bucket == "closed" { "hidden" } else { "shown" })).await.unwrap();
        }
        Ground { folder, buckets }
    }

    /// The answer to anybody.
    async fn ask(&self, method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, "127.0.0.1:4003");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
            request = request.header(header::CONTENT_LENGTH, body.len());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.buckets.answer(request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()).await
    }

    /// What the learner presigns.
    fn presigned(&self, method: &str, target: &str) -> String {
        let request = SignableRequest { method, target, host: "127.0.0.1:4003", body: b"" };
        presign(self.buckets.identities.learner(), "s3", request, 60, Clock::real().now())
    }

    /// The answer to the learner.
    async fn ask_signed(&self, method: Method, target: &str, body: &str) -> Response<Bytes> {
        let target = self.presigned(method.as_str(), target);
        self.ask(method, &target, &[], body).await
    }

    /// Every object with its content.
    async fn contents(&self) -> Vec<(String, String, String)> {
        let mut contents = Vec::new();
        for bucket in ["closed", "open"] {
            for key in self.buckets.keys(bucket).await {
                let read = self.buckets.object(Method::GET, bucket, &key, &HeaderMap::new()).await;
                contents.push((bucket.to_string(), key, said(&read)));
            }
        }
        contents
    }

    /// How many files of bodies there are.
    fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("buckets/bodies")).unwrap().count()
    }
}

fn declared() -> [Bucket; 2] {
    let bucket = |name: &str, open: bool| {
        let resources = ["arn:aws:s3:::open", "arn:aws:s3:::open/*"];
        let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resources });
        Bucket {
            logical_id: name.into(),
            name: name.into(),
            public_access_block: if open { PublicAccessBlock::default() } else { PublicAccessBlock::ALL },
            policy: open.then(|| json!({ "Statement": [statement] })),
            website: open
                .then(|| WebsiteConfiguration { index_document: "secret".into(), ..WebsiteConfiguration::default() }),
            ..Bucket::default()
        }
    };
    [bucket("open", true), bucket("closed", false)]
}

fn open(folder: &Path) -> Result<Buckets, BucketsError> {
    let identities = Identities::new(local::iam::draw_credentials(&Clock::real()), &[], None);
    Buckets::open(folder, &declared(), identities, Clock::real())
}

fn text(body: &str) -> Object<'_> {
    Object { content_type: "text/plain", cache_control: "no-cache", body: Bytes::copy_from_slice(body.as_bytes()) }
}

fn said(response: &Response<Bytes>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

#[tokio::test]
async fn keys_are_listed_to_the_last_page_and_as_they_are_written() {
    let ground = Ground::new().await;
    let mut wanted: Vec<String> = (0..1002).map(|number| format!("a/{number:04}.txt")).collect();
    wanted.push("b & <c>.txt".to_string());
    for key in &wanted {
        ground.buckets.put_object("closed", key, text("x")).await.unwrap();
    }
    wanted.push("secret".to_string());
    assert_eq!(ground.buckets.keys("closed").await, wanted);
    assert_eq!(ground.buckets.keys("nowhere").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_object_keeps_what_was_said_of_it() {
    let ground = Ground::new().await;
    ground.buckets.put_object_with("closed", "a", text("x"), &[("name", "lake.png")]).await.unwrap();
    let answer = ground.buckets.object(Method::GET, "closed", "a", &HeaderMap::new()).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_string();
    assert_eq!(header("content-type"), "text/plain");
    assert_eq!(header("cache-control"), "no-cache");
    assert_eq!(header("x-amz-meta-name"), "lake.png");
}

#[tokio::test]
async fn what_was_put_is_there_when_the_folder_is_opened_again() {
    let ground = Ground::new().await;
    let before = ground.contents().await;
    let Ground { folder, buckets } = ground;
    drop(buckets);
    let bodies = folder.path().join("buckets/bodies");
    std::fs::write(bodies.join("of-a-write-that-was-killed"), "half").unwrap();
    let ground = Ground { buckets: open(&folder.path().join("buckets")).unwrap(), folder };
    assert_eq!(ground.contents().await, before);
    assert_eq!(ground.files(), before.len(), "what nobody names is swept");
}

#[tokio::test]
async fn what_is_replaced_or_deleted_leaves_no_file() {
    let ground = Ground::new().await;
    let before = ground.files();
    for body in ["one", "two"] {
        assert_eq!(ground.ask(Method::PUT, "/open/k", &[], body).await.status(), 200);
    }
    assert_eq!(ground.files(), before + 1);
    assert_eq!(ground.ask(Method::DELETE, "/open/k", &[], "").await.status(), 204);
    let refused = ground.ask(Method::PUT, "/open/there", &[("if-none-match", "*")], "other").await;
    assert_eq!((refused.status().as_u16(), ground.files()), (412, before));
}

#[test]
fn a_folder_of_an_earlier_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let buckets = folder.path().join("buckets");
    std::fs::create_dir_all(buckets.join("site/a")).unwrap();
    assert!(open(&buckets).is_ok(), "folders without a file hold nothing");
    std::fs::remove_file(buckets.join("objects.sqlite")).unwrap();
    std::fs::write(buckets.join("site/a/b.txt"), "x").unwrap();
    let refused = open(&buckets).unwrap_err();
    assert!(matches!(refused, BucketsError::Earlier(_)), "{refused}");
    assert!(!buckets.join("objects.sqlite").exists());
    assert_eq!(std::fs::read(buckets.join("site/a/b.txt")).unwrap(), b"x");
    // A database of a version to come.
    std::fs::remove_dir_all(&buckets).unwrap();
    drop(open(&buckets).unwrap());
    let database = rusqlite::Connection::open(buckets.join("objects.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let refused = open(&buckets).unwrap_err().to_string();
    assert!(
        refused.ends_with("cannot be read: it is of version 99, made by another version of the workbook."),
        "{refused}"
    );
    // A file of another program.
    std::fs::remove_dir_all(&buckets).unwrap();
    std::fs::create_dir_all(&buckets).unwrap();
    std::fs::write(buckets.join("objects.sqlite"), "this is not a database, and long enough for its head").unwrap();
    assert!(matches!(open(&buckets), Err(BucketsError::Damaged { .. })));
}

#[tokio::test]
async fn a_bucket_is_made_by_a_template_once_and_deleted_when_it_is_empty() {
    let ground = Ground::new().await;
    let bucket =
        |name: &str| Bucket { name: name.into(), public_access_block: PublicAccessBlock::ALL, ..Bucket::default() };
    assert!(!ground.buckets.create(&bucket("open")).unwrap());
    assert!(ground.buckets.create(&bucket("third")).unwrap());
    assert!(!ground.buckets.delete("open") && ground.buckets.delete("third"));
    assert!(ground.buckets.settings("third").is_none());
    for name in ["..", "a/b", "a..b", "", "127.0.0.1", "xn--a", "A-b"] {
        assert!(ground.buckets.create(&bucket(name)).is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_presigned_url_says_what_is_put() {
    let ground = Ground::new().await;
    let target = "/closed/k?x-amz-meta-a=b&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32";
    let url = ground.presigned("PUT", target);
    let forged = ground.ask(Method::PUT, &url.replace("meta-a=b", "meta-a=c"), &[], "body").await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN, "{}", said(&forged));
    let put = ground.ask(Method::PUT, &url, &[], "body").await;
    assert_eq!(put.status(), StatusCode::OK, "{}", said(&put));
    let read = ground.buckets.object(Method::GET, "closed", "k", &HeaderMap::new()).await;
    assert_eq!((said(&read).as_str(), read.headers()["x-amz-meta-a"].as_bytes()), ("body", b"b".as_slice()));
    let class = ground.ask_signed(Method::PUT, "/closed/k?x-amz-storage-class=NONE", "body").await;
    assert!(said(&class).contains("<Code>InvalidStorageClass</Code>"), "{}", said(&class));
}

#[tokio::test]
async fn a_checksum_of_the_whole_says_nothing_of_a_part() {
    let ground = Ground::new().await;
    let chosen = [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT")];
    let begun = said(&ground.ask(Method::POST, "/open/parts?uploads", &chosen, "").await);
    let id = begun.split_once("<UploadId>").unwrap().1.split_once("</").unwrap().0;
    let mut parts = String::new();
    for (number, body) in [(1, "a".repeat(5 * 1024 * 1024)), (2, "abc".to_string())] {
        let target = format!("/open/parts?partNumber={number}&uploadId={id}");
        let put = ground.ask(Method::PUT, &target, &[], &body).await;
        let etag = put.headers()["etag"].to_str().unwrap();
        parts += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
    }
    let whole = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    let done = ground.ask(Method::POST, &format!("/open/parts?uploadId={id}"), &[], &whole).await;
    assert_eq!(done.status(), StatusCode::OK, "{}", said(&done));
    for (target, has_checksum) in [("/open/parts?partNumber=2", false), ("/open/parts", true)] {
        let read = ground.ask(Method::GET, target, &[("x-amz-checksum-mode", "ENABLED")], "").await;
        assert_eq!(read.headers().contains_key("x-amz-checksum-crc32"), has_checksum, "{target}");
        assert_eq!(read.headers().contains_key("x-amz-checksum-type"), has_checksum, "{target}");
    }
}

#[tokio::test]
async fn a_policy_denies_the_learner_too_but_not_the_policy_itself() {
    let ground = Ground::new().await;
    let statement = |condition: serde_json::Value| {
        let resources = ["arn:aws:s3:::closed", "arn:aws:s3:::closed/*"];
        json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources, "Condition": condition })
    };
    for (condition, denies) in [
        (json!({ "StringEquals": { "aws:username": "learner" } }), true),
        (json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::123456789012:user/*" } }), true),
        (json!({ "StringNotEquals": { "aws:PrincipalAccount": "123456789012" } }), false),
        (json!({ "Bool": { "aws:SecureTransport": "false" } }), false),
    ] {
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement(condition.clone())] }).to_string();
        let put = ground.ask_signed(Method::PUT, "/closed?policy", &policy).await;
        assert_eq!(put.status(), StatusCode::NO_CONTENT, "{condition}: {}", said(&put));
        for (method, target, action, resource) in [
            (Method::GET, "/closed/secret", "s3:GetObject", "closed/secret"),
            (Method::PUT, "/closed/other", "s3:PutObject", "closed/other"),
            (Method::GET, "/closed?publicAccessBlock", "s3:GetBucketPublicAccessBlock", "closed"),
        ] {
            let answer = ground.ask_signed(method, target, "x").await;
            assert_eq!(answer.status() == StatusCode::FORBIDDEN, denies, "{condition}: {action}: {}", said(&answer));
            let why = format!(
                "User: arn:aws:iam::123456789012:user/learner is not authorized to perform: {action} on resource: \
                 &quot;arn:aws:s3:::{resource}&quot; with an explicit deny in a resource-based policy"
            );
            assert_eq!(said(&answer).contains(&why), denies, "{}", said(&answer));
        }
        let read = ground.ask_signed(Method::GET, "/closed?policy", "").await;
        assert_eq!((read.status(), said(&read)), (StatusCode::OK, policy));
    }
}
