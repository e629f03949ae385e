//! Long keys, lists, ranges, names of buckets, and the two ways in that need no signature.

use super::*;
use crate::cloudfront::CloudFront;
use stack::Distribution;

#[tokio::test]
async fn a_long_key_is_stored_or_refused_and_never_both() {
    let ground = Ground::new().await;
    let most = key::longest("open", None);
    for (length, stored) in [(most, true), (most + 1, false), (255, false), (256, false), (1024, false), (1025, false)]
    {
        let key = "k".repeat(length);
        let before = ground.files();
        let put = ground.buckets.answer(request(Method::PUT, &format!("/open/{key}"), "long")).await;
        let read = ground.buckets.answer(request(Method::GET, &format!("/open/{key}"), "")).await;
        assert_eq!(
            (put.status().is_success(), read.status().is_success()),
            (stored, stored),
            "{length}: {}",
            said(&put)
        );
        if !stored {
            assert_eq!(put.status(), StatusCode::BAD_REQUEST);
            assert!(said(&put).contains("<Code>KeyTooLongError</Code><Message>Your key is too long"), "{}", said(&put));
            assert_eq!(ground.files(), before);
        }
        if length > 1024 {
            let wanted =
                "<Message>Your key is too long</Message><Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>";
            assert!(said(&put).contains(wanted), "{}", said(&put));
        }
    }
    // A destination's record may have a longer one, with nothing said of it.
    let key = format!("aws/lambda/{}/{}", "k".repeat(100), "k".repeat(200));
    ground.buckets.put_object("open", &key, text("record")).await.unwrap();
    let read = ground.buckets.answer(request(Method::GET, &format!("/open/{key}"), "")).await;
    assert_eq!((read.status(), read.body().as_ref()), (StatusCode::OK, &b"record"[..]));
    assert!(ground.buckets.keys("open").await.contains(&key));
    assert!(ground.buckets.put_object("open", &"k".repeat(256), text("x")).await.is_err());
    let deleted = ground.buckets.answer(request(Method::DELETE, &format!("/open/{key}"), "")).await;
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert!(!ground.buckets.keys("open").await.contains(&key));
    // The name of an upload's file is longer by the id.
    let key = "k".repeat(most);
    let before = ground.files();
    let begun = ground.buckets.answer(request(Method::POST, &format!("/open/{key}?uploads"), "")).await;
    assert!(said(&begun).contains("KeyTooLongError"), "{}", said(&begun));
    assert_eq!(ground.files(), before);
}

#[tokio::test]
async fn names_that_look_like_the_stores_own_are_keys_like_others() {
    let ground = Ground::new().await;
    for key in
        [".bucket-b3Blbg.object-dGhlcmU.metadata.json", ".tmp.0.internal.part", ".upload-x.json", "...", "a..b/..c"]
    {
        ground.buckets.put_object("open", key, text(key)).await.unwrap();
        let answer = ground.buckets.object(Method::GET, "open", key, &http::HeaderMap::new()).await;
        assert_eq!(answer.body(), key);
        assert!(ground.folder.path().join("buckets/open").join(key).is_file(), "in its bucket, not beside it");
    }
    assert_eq!(ground.buckets.object(Method::GET, "open", "there", &http::HeaderMap::new()).await.body(), "shown");
}

#[tokio::test]
async fn nothing_in_a_list_request_is_a_path_or_a_panic() {
    let ground = Ground::new().await;
    for query in [
        "prefix=../closed/",
        "prefix=%2e%2e%2f",
        "prefix=/",
        "prefix=//closed",
        "prefix=%00",
        "delimiter=",
        "delimiter=%2F&prefix=..%2F",
        "start-after=..%2f..%2f",
        "max-keys=0",
        "max-keys=-1",
        "max-keys=2147483648",
        "continuation-token=..",
        "delimiter=%C3%A9",
        "delimiter=ab",
        "prefix=%ff",
    ] {
        for target in [format!("/open?list-type=2&{query}"), format!("/open?{query}")] {
            for answer in ground.both(|| request(Method::GET, &target, "")).await {
                assert!(!answer.status().is_server_error(), "{target}: {}", said(&answer));
                assert!(!said(&answer).contains("secret"), "{target}: {}", said(&answer));
            }
        }
    }
    let multibyte = "naïve/é/x";
    ground.buckets.put_object("open", multibyte, text("x")).await.unwrap();
    let answer = call(&ground.buckets.inner, request(Method::GET, "/open?list-type=2&delimiter=%C3%A9", "")).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{}", said(&answer));
}

#[tokio::test]
async fn no_range_is_a_panic() {
    let ground = Ground::new().await;
    ground.buckets.put_object("open", "empty", text("")).await.unwrap();
    for (range, status) in [
        ("bytes=-2", 206),
        ("bytes=-18446744073709551615", 206),
        ("bytes=-9223372036854775809", 206),
        ("bytes=-18446744073709551616", 400),
        ("bytes=-0", 416),
        ("bytes=0-18446744073709551615", 400),
        ("bytes=9223372036854775807-", 416),
        ("bytes=5-", 416),
        ("bytes=3-1", 400),
    ] {
        let mut headers = http::HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        let answer = ground.buckets.object(Method::GET, "open", "there", &headers).await;
        assert!(
            answer.status() == status || status == 400 && !answer.status().is_server_error(),
            "{range}: {}",
            answer.status()
        );
        let answer = ground.buckets.object(Method::GET, "open", "empty", &headers).await;
        assert!(answer.status().is_client_error() || answer.status().is_success(), "{range}: {}", answer.status());
    }
}

#[tokio::test]
async fn a_bucket_is_made_and_deleted_within_the_folder_only() {
    let ground = Ground::new().await;
    let before = ground.files();
    for name in [
        "..",
        "%2e%2e",
        "..%2f..%2fx",
        ".",
        ".hidden",
        "a",
        "%00aa",
        "A-b",
        "a..b",
        "aa.",
        "..aa",
        "127.0.0.1",
        "..%5cx",
    ] {
        let answer = call(&ground.buckets.inner, request(Method::PUT, &format!("/{name}"), "")).await;
        assert_refused(&answer, name);
    }
    let answer = call(&ground.buckets.inner, request(Method::DELETE, "/closed", "")).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT, "{}", said(&answer));
    assert!(said(&answer).contains("BucketNotEmpty"));
    let missing = call(&ground.buckets.inner, request(Method::PUT, "/nowhere/key", "planted")).await;
    assert!(said(&missing).contains("NoSuchBucket"), "{}", said(&missing));
    assert_eq!(ground.files(), before);
    for name in ["..", "a/b", "a..b", ""] {
        let declared = Bucket { name: name.into(), ..(*ground.buckets.declared("open").unwrap()).clone() };
        assert!(Buckets::create(ground.folder.path(), &declared).is_err(), "{name}");
    }
}

#[tokio::test]
async fn the_edge_and_the_website_stay_in_their_bucket() {
    let ground = Ground::new().await;
    let distribution = Distribution {
        logical_id: "Site".into(),
        id: "E1".into(),
        bucket: "open".into(),
        origin_access_control: false,
        default_root_object: None,
        custom_error_responses: Vec::new(),
        response_headers: Vec::new(),
        allowed_methods: vec!["GET".into(), "HEAD".into()],
    };
    let edge = CloudFront::new(Some(distribution), ground.buckets.clone(), local::guard::Guard::default());
    // Both overlook slashes in front of a key.
    let keys = LEAVING.iter().filter(|key| **key != "//there");
    for key in keys.chain(&["", "%", "%zz", "%ff", "%2", "?", "?x=/../"]) {
        for (method, target) in [
            (Method::GET, format!("/{key}")),
            (Method::HEAD, format!("/{key}")),
            (Method::GET, format!("http://localhost/{key}")),
        ] {
            let answer = edge.answer(&request(method.clone(), &target, "").into_parts().0).await;
            let status = answer.status();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(status.is_client_error(), "{method} {target}: {status}");
            assert!(!String::from_utf8_lossy(&body).contains("hidden"), "{target}");
            // An index document called `secret` is looked for below what was asked for.
            let page = ground.buckets.website("open", &method, &format!("/{key}"), &http::HeaderMap::new()).await;
            assert!(!page.status().is_server_error() && !said(&page).contains("hidden"), "{target}: {}", said(&page));
        }
    }
    for target in ["*", "http://localhost", "http://localhost?x"] {
        let asked = Request::get(target).header(header::HOST, "localhost").body(()).unwrap();
        let answer = edge.answer(&asked.into_parts().0).await;
        assert!(answer.status().is_client_error(), "{target}: {}", answer.status());
        let page = ground.buckets.website("open", &Method::GET, target, &http::HeaderMap::new()).await;
        assert!(page.status().is_client_error(), "{target}");
    }
}
