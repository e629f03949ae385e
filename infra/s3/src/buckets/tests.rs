//! What a check and a publish ask of the buckets past the AWS endpoint.

mod hostile;

use super::*;

async fn open(folder: &Path) -> Buckets {
    let bucket = Bucket {
        logical_id: "Site".into(),
        name: "site".into(),
        public_access_blocked: true,
        policy: None,
        policy_logical_id: None,
        website: None,
        cors_rules: Vec::new(),
    };
    Buckets::open(folder, &[bucket], Identities::new(local::iam::draw_credentials(&Clock::real()), &[]), Clock::real())
        .unwrap()
}

fn text(body: &str) -> Object<'_> {
    Object { content_type: "text/plain", cache_control: "no-cache", body: Bytes::copy_from_slice(body.as_bytes()) }
}

#[tokio::test]
async fn keys_are_listed_to_the_last_page_and_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let buckets = open(folder.path()).await;
    let mut wanted: Vec<String> = (0..1002).map(|number| format!("a/{number:04}.txt")).collect();
    wanted.push("b & <c>.txt".to_string());
    for key in &wanted {
        buckets.put_object("site", key, text("x")).await.unwrap();
    }
    assert_eq!(buckets.keys("site").await, wanted);
    assert_eq!(buckets.keys("nowhere").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_object_keeps_what_was_said_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let buckets = open(folder.path()).await;
    buckets.put_object_with("site", "a", text("x"), &[("name", "lake.png")]).await.unwrap();
    let answer = buckets.object(Method::GET, "site", "a", &http::HeaderMap::new()).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_string();
    assert_eq!(header("content-type"), "text/plain");
    assert_eq!(header("cache-control"), "no-cache");
    assert_eq!(header("x-amz-meta-name"), "lake.png");
}

#[tokio::test]
async fn every_error_has_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let buckets = open(folder.path()).await;
    let described = |code: &str, message: &str| {
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = StatusCode::BAD_REQUEST;
        buckets.described(&answer, "site", "a").unwrap().message
    };
    assert_eq!(described("InvalidBucketName", ""), "The specified bucket is not valid.");
    assert!(described("MalformedXML", "").starts_with("The XML you provided was not well-formed"));
    assert!(!described("OfTomorrow", "").is_empty());
    assert_eq!(described("OfTomorrow", "What it says."), "What it says.");
}
