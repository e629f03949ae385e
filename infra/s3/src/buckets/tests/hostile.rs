//! Keys that would leave their bucket, asked for in every way that leads to a file.

mod requests;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::*;
use stack::WebsiteConfiguration;

/// Parts of paths as they stand in a request. None of them names an object that is there.
const LEAVING: &[&str] = &[
    "..",
    ".",
    "../closed/secret",
    "%2e%2e/closed/secret",
    "%2e%2e%2fclosed%2fsecret",
    ".%2e/closed/secret",
    "a/../../closed/secret",
    "a/..",
    "./../closed/secret",
    "../../buckets/closed/secret",
    "../.bucket-Y2xvc2Vk.object-c2VjcmV0.metadata.json",
    "/closed/secret",
    "//closed/secret",
    "..//closed/secret",
    "..%5cclosed%5csecret",
    "..%00/closed/secret",
    "%00",
    "there/",
    "there/..",
    "there/../there",
    "./there",
    "//there",
    "folder//object",
    "folder",
    "C:/closed/secret",
];

/// Two buckets with an object in `closed` that only its owner reads; anybody may do anything in `open`.
struct Ground {
    folder: tempfile::TempDir,
    buckets: Buckets,
}

impl Ground {
    async fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let bucket = |name: &str, open: bool| {
            Bucket {
            logical_id: name.into(),
            name: name.into(),
            public_access_blocked: !open,
            policy: open.then(|| {
                let resources = ["arn:aws:s3:::open", "arn:aws:s3:::open/*"];
                json!({ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resources }] })
            }),
            policy_logical_id: None,
            website: open.then(|| WebsiteConfiguration {
                index_document: "secret".into(),
                error_document: None,
                redirect_all_requests_to: None,
            }),
            cors_rules: Vec::new(),
        }
        };
        let declared = [bucket("open", true), bucket("closed", false)];
        let buckets = Buckets::open(
            &folder.path().join("buckets"),
            &declared,
            Identities::new(local::iam::draw_credentials(&Clock::real()), &[]),
            Clock::real(),
        )
        .unwrap();
        for (bucket, key) in [("closed", "secret"), ("open", "there"), ("open", "folder/object")] {
            buckets.put_object(bucket, key, text(if bucket == "closed" { "hidden" } else { "shown" })).await.unwrap();
        }
        Ground { folder, buckets }
    }

    /// Every file below the data folder with its content.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), std::fs::read(path).unwrap());
                }
            }
        }
        files
    }

    /// Sends a request to the inner door, which asks nobody, and to the outer one, unsigned.
    async fn both(&self, request: impl Fn() -> Request<Bytes>) -> [Response<Bytes>; 2] {
        [call(&self.buckets.inner, request()).await, self.buckets.answer(request()).await]
    }
}

fn request(method: Method, target: &str, body: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(target).header(header::HOST, "127.0.0.1:4003");
    request.header(header::CONTENT_LENGTH, body.len()).body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

fn said(response: &Response<Bytes>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

/// A refusal that is an S3 error and shows nothing.
fn assert_refused(response: &Response<Bytes>, what: &str) {
    let text = said(response);
    assert!(response.status().is_client_error(), "{what}: {} {text}", response.status());
    assert!(!text.contains("hidden") && !text.contains("shown"), "{what}: {text}");
}

#[tokio::test]
async fn no_key_reads_what_is_not_its_own() {
    let ground = Ground::new().await;
    for key in LEAVING {
        for method in [Method::GET, Method::HEAD] {
            let target = format!("/open/{key}");
            for answer in ground.both(|| request(method.clone(), &target, "")).await {
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {key}: {}", said(&answer));
                assert_refused(&answer, key);
            }
            let mut virtual_host = request(method.clone(), &format!("/{key}"), "");
            virtual_host.headers_mut().insert(header::HOST, HeaderValue::from_static("open.localhost:4003"));
            assert_refused(&ground.buckets.answer(virtual_host).await, key);
        }
        let decoded = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
        let inner = ground.buckets.object(Method::GET, "open", &decoded, &http::HeaderMap::new()).await;
        assert_eq!(inner.status(), StatusCode::NOT_FOUND, "{key}");
        for bucket in ["..", "open/..", "", "../buckets/closed", "closed/../open"] {
            let inner = ground.buckets.object(Method::GET, bucket, &decoded, &http::HeaderMap::new()).await;
            assert_refused(&inner, key);
        }
    }
}

#[tokio::test]
async fn no_key_writes_or_deletes_what_is_not_its_own() {
    let ground = Ground::new().await;
    let before = ground.files();
    // Windows alone refuses names with these in them.
    for key in LEAVING.iter().filter(|key| !key.starts_with("C:") && !key.contains("%5c")) {
        let target = format!("/open/{key}");
        for answer in ground.both(|| request(Method::PUT, &target, "planted")).await {
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "PUT {key}: {}", said(&answer));
            assert_refused(&answer, key);
        }
        let copied = || {
            let mut request = request(Method::PUT, &target, "");
            request.headers_mut().insert("x-amz-copy-source", HeaderValue::from_static("/open/there"));
            request
        };
        for answer in ground.both(copied).await {
            assert_refused(&answer, key);
        }
        for answer in ground.both(|| request(Method::POST, &format!("{target}?uploads"), "")).await {
            assert_refused(&answer, key);
        }
        // S3 says of a key that was never there that it is gone.
        for answer in ground.both(|| request(Method::DELETE, &target, "")).await {
            assert_eq!(answer.status(), StatusCode::NO_CONTENT, "DELETE {key}: {}", said(&answer));
        }
        let decoded = percent_encoding::percent_decode_str(key).decode_utf8_lossy().into_owned();
        assert!(ground.buckets.put_object("open", &decoded, text("planted")).await.is_err(), "{key}");
        if !decoded.contains('\0') {
            let listed = format!("<Delete><Object><Key>{decoded}</Key></Object></Delete>");
            for answer in ground.both(|| request(Method::POST, "/open?delete", &listed)).await {
                assert_eq!(answer.status(), StatusCode::OK, "{}", said(&answer));
            }
        }
        assert_eq!(ground.files(), before, "{key}");
    }
}

#[tokio::test]
async fn no_copy_takes_what_is_not_its_own() {
    let ground = Ground::new().await;
    let before = ground.files();
    let copy = |source: String| {
        move |target: &str| {
            let mut request = request(Method::PUT, target, "");
            request.headers_mut().insert("x-amz-copy-source", HeaderValue::from_str(&source).unwrap());
            request
        }
    };
    let begun = call(&ground.buckets.inner, request(Method::POST, "/open/parts?uploads", "")).await;
    let begun = said(&begun);
    let upload = begun.split_once("<UploadId>").unwrap().1.split_once('<').unwrap().0;
    let part = format!("/open/parts?partNumber=1&uploadId={upload}");
    let before_the_parts = ground.files();
    assert!(before_the_parts.len() > before.len());
    for key in LEAVING {
        for source in [format!("/open/{key}"), format!("open/{key}")] {
            let copy = copy(source);
            for answer in ground.both(|| copy("/open/copied")).await.iter().chain(&ground.both(|| copy(&part)).await) {
                assert_refused(answer, key);
            }
        }
    }
    // Anybody may write into the one bucket and read nothing in the other.
    let copy = copy("/closed/secret".to_string());
    for target in ["/open/copied", part.as_str()] {
        let answer = ground.buckets.answer(copy(target)).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{target}: {}", said(&answer));
    }
    assert_eq!(ground.files(), before_the_parts);
}

#[tokio::test]
async fn an_upload_in_parts_belongs_to_the_key_that_it_was_begun_for() {
    let ground = Ground::new().await;
    let begun = said(&call(&ground.buckets.inner, request(Method::POST, "/open/parts?uploads", "")).await);
    let upload = begun.split_once("<UploadId>").unwrap().1.split_once('<').unwrap().0.to_string();
    let unknown = Uuid::nil().to_string();
    let before = ground.files();
    let complete =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>";
    for (path, id) in [
        ("/open/other", upload.as_str()),
        ("/closed/parts", &upload),
        ("/open/%2e%2e/closed/parts", &upload),
        ("/open/parts", &unknown),
        ("/open/parts", "..%2f..%2fclosed"),
        ("/open/parts", ""),
    ] {
        for (method, target, body) in [
            (Method::PUT, format!("{path}?partNumber=1&uploadId={id}"), "planted"),
            (Method::POST, format!("{path}?uploadId={id}"), complete),
            (Method::GET, format!("{path}?uploadId={id}"), ""),
            (Method::DELETE, format!("{path}?uploadId={id}"), ""),
        ] {
            let answer = call(&ground.buckets.inner, request(method.clone(), &target, body)).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {target}: {}", said(&answer));
            assert!(said(&answer).contains("NoSuchUpload"), "{method} {target}: {}", said(&answer));
        }
    }
    assert_eq!(ground.files(), before);
    let part = call(
        &ground.buckets.inner,
        request(Method::PUT, &format!("/open/parts?partNumber=1&uploadId={upload}"), "whole"),
    )
    .await;
    assert_eq!(part.status(), StatusCode::OK);
    let done =
        call(&ground.buckets.inner, request(Method::POST, &format!("/open/parts?uploadId={upload}"), complete)).await;
    assert_eq!(done.status(), StatusCode::OK, "{}", said(&done));
    assert_eq!(ground.buckets.object(Method::GET, "open", "parts", &http::HeaderMap::new()).await.body(), "whole");
}

#[tokio::test]
async fn a_form_names_no_key_outside_of_its_bucket() {
    let ground = Ground::new().await;
    let before = ground.files();
    let long = "k".repeat(1025);
    for key in ["../closed/planted", "..", "/closed/planted", "a/../../closed/planted", "there/x", &long] {
        let form = || {
            let body = format!(
                "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n{key}\r\n\
                 --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nplanted\r\n--b--\r\n"
            );
            let mut request = request(Method::POST, "/open", &body);
            let media_type = HeaderValue::from_static("multipart/form-data; boundary=b");
            request.headers_mut().insert(header::CONTENT_TYPE, media_type);
            request
        };
        for answer in ground.both(form).await {
            assert_refused(&answer, key);
        }
    }
    assert_eq!(ground.files(), before);
}
