//! Keys that would be paths elsewhere: here they are data, whichever way they come in.

use http::StatusCode;

use super::*;
use crate::cloudfront::{self, CloudFront};
use http_body_util::BodyExt;

/// Parts of paths as they stand in a request.
const ODD: &[&str] = &[
    "..",
    ".",
    "../closed/secret",
    "%2e%2e/closed/secret3",
    "%2e%2e%2fclosed%2fsecret2",
    "a/../../closed/secret",
    "./../closed/secret",
    "../objects.sqlite",
    "../bodies/x",
    "/closed/secret",
    "//closed/secret",
    "..%5cclosed%5csecret",
    "..%00/closed/secret",
    "%00",
    "there/",
    "there/..",
    "./there",
    "//there",
    "folder//object",
    "folder",
    "C:/closed/secret",
    "a+b",
    "%2B",
    "%ED%95%9C%EA%B8%80",
    "%F0%9F%98%80",
    ".bucket-c2l0ZQ.metadata.json",
];

fn decoded(key: &str) -> String {
    percent_encoding::percent_decode_str(&key.replace('+', " ")).decode_utf8().unwrap().into_owned()
}

#[tokio::test]
async fn every_key_is_data() {
    let ground = Ground::new().await;
    for key in ODD {
        let target = format!("/open/{key}");
        let missing = ground.ask(Method::GET, &target, &[], "").await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND, "{key}: {}", said(&missing));
        assert_eq!(ground.ask(Method::PUT, &target, &[], key).await.status(), StatusCode::OK, "{key}");
    }
    let long = "k".repeat(1024);
    assert_eq!(ground.ask(Method::PUT, &format!("/open/{long}"), &[], "long").await.status(), StatusCode::OK);
    for key in ODD {
        let read = ground.ask(Method::GET, &format!("/open/{key}"), &[], "").await;
        assert_eq!(said(&read), *key, "each is an object of its own");
        let inner = ground.buckets.object(Method::GET, "open", &decoded(key), &HeaderMap::new()).await;
        assert_eq!(said(&inner), *key);
        let copy = [("x-amz-copy-source", format!("/open/{}", key.replace('+', "%20")))];
        let copy: Vec<_> = copy.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let copied = ground.ask(Method::PUT, "/open/copied", &copy, "").await;
        assert_eq!(copied.status(), StatusCode::OK, "{key}: {}", said(&copied));
        assert_eq!(said(&ground.ask(Method::GET, "/open/copied", &[], "").await), *key);
    }
    let mut keys: Vec<String> = ODD.iter().map(|key| decoded(key)).collect();
    keys.extend(["there", "folder/object", "copied"].map(str::to_string).into_iter().chain([long.clone()]));
    keys.sort_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
    keys.dedup();
    assert_eq!(ground.buckets.keys("open").await, keys);
    assert_eq!(ground.buckets.keys("closed").await, ["secret"]);
    for key in ODD.iter().chain(&[long.as_str()]) {
        assert_eq!(ground.ask(Method::DELETE, &format!("/open/{key}"), &[], "").await.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(ground.buckets.keys("open").await, ["copied", "folder/object", "there"]);
    let refused = ground.ask(Method::PUT, &format!("/open/{long}k"), &[], "x").await;
    assert!(
        said(&refused).contains("<Code>KeyTooLongError</Code><Message>Your key is too long</Message><Size>1025</Size>")
    );
    for target in ["/open/%ff", "/open/%zz", "/open/a%4", "/open/%", "/open/100%/x"] {
        let refused = ground.ask(Method::GET, target, &[], "").await;
        assert!(refused.status() == StatusCode::BAD_REQUEST && said(&refused).contains("InvalidURI"), "{target}");
    }
}

#[tokio::test]
async fn an_upload_says_how_long_it_is() {
    let ground = Ground::new().await;
    let chunked = ground.ask(Method::PUT, "/open/short", &[("transfer-encoding", "chunked")], "x").await;
    assert_eq!(chunked.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(said(&chunked).contains("<Header>Transfer-Encoding</Header>"), "{}", said(&chunked));
    let silent = Request::builder().method(Method::PUT).uri("/open/short").header(header::HOST, "127.0.0.1:4003");
    let silent = ground.buckets.answer(silent.body(Bytes::new()).unwrap()).await;
    assert_eq!(silent.status(), StatusCode::LENGTH_REQUIRED);
    assert!(said(&silent).contains("<Code>MissingContentLength</Code>"), "{}", said(&silent));
    assert!(!ground.buckets.keys("open").await.contains(&"short".to_string()));
}

#[tokio::test]
async fn nobody_reads_or_writes_in_the_closed_bucket() {
    let ground = Ground::new().await;
    let before = ground.contents().await;
    let copies = [("x-amz-copy-source", "/closed/secret")];
    for (method, target, headers) in [
        (Method::GET, "/closed/secret", &[][..]),
        (Method::HEAD, "/closed/secret", &[]),
        (Method::GET, "/closed/missing", &[]),
        (Method::GET, "/closed", &[]),
        (Method::GET, "/closed?policy", &[]),
        (Method::PUT, "/closed/secret", &[]),
        (Method::DELETE, "/closed/secret", &[]),
        (Method::DELETE, "/closed", &[]),
        (Method::PUT, "/open/copied", &copies),
        (Method::POST, "/closed/x?uploads", &[]),
    ] {
        let answer = ground.ask(method.clone(), target, headers, "").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {target}: {}", said(&answer));
    }
    let list = "<Delete><Object><Key>secret</Key></Object></Delete>";
    let answer = ground.ask(Method::POST, "/closed?delete", &[("content-md5", "RJX0cX/h65cUga2kpwL0Vw==")], list).await;
    assert!(said(&answer).contains("<Error><Key>secret</Key><Code>AccessDenied</Code>"), "{}", said(&answer));
    assert_eq!(ground.contents().await, before);
    let nowhere = ground.ask(Method::PUT, "/nowhere/key", &[], "planted").await;
    let code = "<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>nowhere</BucketName>";
    assert!(nowhere.status() == StatusCode::NOT_FOUND && said(&nowhere).contains(code), "{}", said(&nowhere));
    for name in ["..", "%2e%2e", "a", "%00aa", "A-b", "a..b", "127.0.0.1", "..%5cx"] {
        let answer = ground.ask(Method::PUT, &format!("/{name}"), &[], "").await;
        assert!(said(&answer).contains("InvalidBucketName"), "{name}: {}", said(&answer));
    }
}

#[tokio::test]
async fn an_upload_in_parts_belongs_to_the_key_that_it_was_begun_for() {
    let ground = Ground::new().await;
    let begun = said(&ground.ask(Method::POST, "/open/parts?uploads", &[], "").await);
    let upload = begun.split_once("<UploadId>").unwrap().1.split_once('<').unwrap().0.to_string();
    let before = (ground.contents().await, ground.files());
    let complete = |etag: &str| {
        format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
        )
    };
    for (path, id) in
        [("/open/other", upload.as_str()), ("/open/parts", "unknown"), ("/open/parts", "..%2f..%2fclosed")]
    {
        for (method, target, body) in [
            (Method::PUT, format!("{path}?partNumber=1&uploadId={id}"), "planted".to_string()),
            (Method::POST, format!("{path}?uploadId={id}"), complete("x")),
            (Method::GET, format!("{path}?uploadId={id}"), String::new()),
            (Method::DELETE, format!("{path}?uploadId={id}"), String::new()),
        ] {
            let answer = ground.ask(method.clone(), &target, &[], &body).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {target}: {}", said(&answer));
            assert!(said(&answer).contains("NoSuchUpload"), "{method} {target}: {}", said(&answer));
        }
    }
    assert_eq!((ground.contents().await, ground.files()), before);
    let part = ground.ask(Method::PUT, &format!("/open/parts?partNumber=1&uploadId={upload}"), &[], "whole").await;
    let etag = part.headers()["etag"].to_str().unwrap().to_string();
    let done = ground.ask(Method::POST, &format!("/open/parts?uploadId={upload}"), &[], &complete(&etag)).await;
    assert_eq!(done.status(), StatusCode::OK, "{}", said(&done));
    assert_eq!(said(&ground.ask(Method::GET, "/open/parts", &[], "").await), "whole");
}

#[tokio::test]
async fn a_form_puts_one_object_into_its_own_bucket() {
    let ground = Ground::new().await;
    for key in ["../closed/planted", "..", "/closed/planted", "there/x"] {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n{key}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nplanted\r\n--b--\r\n"
        );
        let headers = [("content-type", "multipart/form-data; boundary=b")];
        let answer = ground.ask(Method::POST, "/open", &headers, &body).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{key}: {}", said(&answer));
        let read = ground.buckets.object(Method::GET, "open", key, &HeaderMap::new()).await;
        assert_eq!(said(&read), "planted", "{key}");
        let refused = ground.ask(Method::POST, "/closed", &headers, &body).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{}", said(&refused));
    }
    assert_eq!(ground.buckets.keys("closed").await, ["secret"]);
}

#[tokio::test]
async fn nothing_in_a_request_is_a_panic() {
    let ground = Ground::new().await;
    ground.buckets.put_object("open", "naïve/é/x", text("x")).await.unwrap();
    for query in [
        "prefix=../closed/",
        "prefix=%00",
        "prefix=%ff",
        "delimiter=",
        "delimiter=%2F&prefix=..%2F",
        "start-after=..%2f..%2f",
        "marker=%F0%9F%98%80",
        "max-keys=0",
        "max-keys=-1",
        "max-keys=99999999999999999999",
        "continuation-token=..",
        "continuation-token=",
        "delimiter=%C3%A9",
        "delimiter=ab",
        "key-marker=a&version-id-marker=x",
        "upload-id-marker=x&key-marker=y",
        "max-uploads=-1",
    ] {
        for list in ["list-type=2&", "", "versions&", "uploads&"] {
            let target = format!("/open?{list}{query}");
            let answer = ground.ask(Method::GET, &target, &[], "").await;
            assert!(!answer.status().is_server_error(), "{target}: {}", said(&answer));
        }
    }
    for range in
        ["bytes=-0", "bytes=0-18446744073709551615", "bytes=9223372036854775807-", "bytes=-18446744073709551616"]
    {
        let answer = ground.ask(Method::GET, "/open/there", &[("range", range)], "").await;
        assert!(!answer.status().is_server_error(), "{range}: {}", said(&answer));
    }
}

#[tokio::test]
async fn the_edge_and_the_website_stay_in_their_bucket() {
    let ground = Ground::new().await;
    let distribution = cloudfront::tests::distribution(cloudfront::tests::bucket("open", false));
    let edge = CloudFront::new(Some(distribution), ground.buckets.clone(), local::guard::Guard::default());
    for key in ODD.iter().chain(&["", "%", "%zz", "%ff", "%2", "?", "?x=/../"]) {
        for (method, target) in [
            (Method::GET, format!("/{key}")),
            (Method::HEAD, format!("/{key}")),
            (Method::GET, format!("http://localhost/{key}")),
        ] {
            let asked = Request::builder().method(method.clone()).uri(&target).header(header::HOST, "127.0.0.1:4000");
            let answer = edge.answer(asked.body(axum::body::Body::empty()).unwrap(), [127, 0, 0, 1].into()).await;
            let status = answer.status();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(status.is_client_error(), "{method} {target}: {status}");
            assert!(!String::from_utf8_lossy(&body).contains("hidden"), "{target}");
            // An index document called `secret` is looked for below what was asked for.
            let page = ground.buckets.website("open", &method, &format!("/{key}"), &HeaderMap::new()).await;
            assert!(!page.status().is_server_error() && !said(&page).contains("hidden"), "{target}: {}", said(&page));
        }
    }
}
