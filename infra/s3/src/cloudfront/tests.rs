//! Requests to a distribution, as data: `cases.json` has each with what the viewer gets, and what the API is asked.
//!
//! The API is a server that answers with what it was asked, and with the status that its path ends in.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use local::clock::Clock;
use local::guard::Guard;
use local::iam::Identities;
use local::listener;
use serde::Deserialize;
use serde_json::{Value, json};
use stack::{Bucket, CacheBehavior, CustomErrorResponse, Distribution, Origin, OriginRequestPolicy, RestApiOrigin};
use tokio::sync::watch;

use super::CloudFront;
use crate::buckets::{Buckets, Object};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// `GET /dev/board`.
    ask: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    status: u16,
    /// Headers of the answer; `null` where there must be none.
    #[serde(default)]
    answer: BTreeMap<String, Option<String>>,
    /// What the body has in it.
    #[serde(default)]
    says: Vec<String>,
    /// What the API was asked: `GET /dev/board`. Nothing where it heard nothing.
    api: Option<String>,
    /// Headers that it got; `null` where there must be none.
    #[serde(default)]
    api_headers: BTreeMap<String, Option<String>>,
}

/// A bucket as an origin.
pub(crate) fn bucket(name: &str, access_control: bool) -> Origin {
    Origin::Bucket { name: name.into(), access_control, path: String::new() }
}

/// A distribution that asks `origin` for everything.
pub(crate) fn distribution(origin: Origin) -> Distribution {
    Distribution {
        logical_id: "Site".into(),
        id: "E1".into(),
        default_root_object: None,
        custom_error_responses: Vec::new(),
        default_cache_behavior: behavior(None, origin, &["GET", "HEAD"]),
        cache_behaviors: Vec::new(),
    }
}

fn behavior(pattern: Option<&str>, origin: Origin, methods: &[&str]) -> CacheBehavior {
    CacheBehavior {
        path_pattern: pattern.map(str::to_string),
        origin,
        allowed_methods: methods.iter().map(|method| (*method).to_string()).collect(),
        response_headers: Vec::new(),
    }
}

/// The distribution of the cases, whose API answers at `address`.
fn of_the_cases(address: &str) -> Distribution {
    let api = |path: &str, request_policy| {
        let domain_name = "abc.execute-api.ap-northeast-2.amazonaws.com".to_string();
        Origin::RestApi(RestApiOrigin { domain_name, address: Some(address.into()), path: path.into(), request_policy })
    };
    let folder = Origin::Bucket { name: "site".into(), access_control: true, path: "/old".into() };
    let all = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
    let gone = Origin::RestApi(RestApiOrigin {
        domain_name: "gone.execute-api.ap-northeast-2.amazonaws.com".into(),
        address: None,
        path: String::new(),
        request_policy: OriginRequestPolicy::AllViewer,
    });
    let mut default = behavior(None, bucket("site", true), &["GET", "HEAD"]);
    default.response_headers = vec![("x-site".into(), "1".into())];
    let page =
        |error_code| CustomErrorResponse { error_code, response_code: 404, response_page_path: "/error.html".into() };
    Distribution {
        default_root_object: Some("index.html".into()),
        custom_error_responses: vec![page(403), page(410)],
        default_cache_behavior: default,
        cache_behaviors: vec![
            behavior(Some("/dev/*"), api("", OriginRequestPolicy::AllViewerExceptHostHeader), &all),
            behavior(Some("/host/*"), api("", OriginRequestPolicy::AllViewer), &["GET", "HEAD"]),
            behavior(Some("/api/*"), api("/dev", OriginRequestPolicy::AllViewerExceptHostHeader), &all),
            behavior(Some("/gone/*"), gone, &all),
            behavior(Some("/old/*"), folder, &["GET", "HEAD"]),
        ],
        ..distribution(bucket("site", true))
    }
}

/// Answers with what was asked, and with the status in which the path ends.
async fn echo(request: listener::HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let status = parts.uri.path().rsplit('/').next().and_then(|last| last.parse().ok()).unwrap_or(200);
    let body = body.collect().await.unwrap().to_bytes();
    let headers: BTreeMap<String, String> =
        parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_string())).collect();
    let asked = format!("{} {}", parts.method, parts.uri);
    let echoed = json!({ "asked": asked, "headers": headers, "body": String::from_utf8_lossy(&body) }).to_string();
    let status = http::StatusCode::from_u16(status).unwrap();
    // In a header as well, because an error page takes the body's place.
    (status, [("x-echo", echoed.clone()), ("cache-control", "no-store".to_string())], echoed).into_response()
}

#[tokio::test]
async fn each_path_is_answered_by_the_origin_of_its_behavior() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::real();
    let statement = json!({
        "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::site/*",
    });
    let site = Bucket {
        name: "site".into(),
        policy: Some(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        ..Bucket::default()
    };
    let identities = Identities::new(local::iam::draw_credentials(&clock), &[], None);
    let buckets = Buckets::open(folder.path(), &[site], identities, clock).unwrap();
    for (key, body) in [("index.html", "the page"), ("error.html", "no such page"), ("old/index.html", "the old page")]
    {
        let object = Object { content_type: "text/html", cache_control: "no-cache", body: body.into() };
        buckets.put_object("site", key, object).await.unwrap();
    }
    let stop = watch::Sender::new(false);
    let (api, address) = listener::bind("API", 0).await.unwrap();
    let server = tokio::spawn(listener::serve(api, stop.subscribe(), |request, _| echo(request)));
    let edge = CloudFront::new(Some(of_the_cases(&address.to_string())), buckets, Guard::default());

    let cases: Vec<Case> = serde_json::from_str(include_str!("tests/cases.json")).unwrap();
    assert!(cases.len() >= 15, "the file is read");
    for Case { name, ask, headers, body, status, answer, says, api, api_headers } in cases {
        let (method, target) = ask.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(target).header("host", "127.0.0.1:4001");
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let got = edge.answer(request.body(Body::from(body)).unwrap(), [192, 0, 2, 2].into()).await;
        let (parts, body) = got.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let said = String::from_utf8_lossy(&body);
        assert_eq!(parts.status, status, "{name}: {said}");
        let text =
            |headers: &http::HeaderMap, name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_string());
        for (header, expected) in answer {
            assert_eq!(text(&parts.headers, &header), expected, "{name}: {header}");
        }
        for part in says {
            assert!(said.contains(&part), "{name}: no {part} in {said}");
        }
        let echoed =
            text(&parts.headers, "x-echo").map_or(Value::Null, |echoed| serde_json::from_str(&echoed).unwrap());
        // An error page hides whether the API was asked.
        if parts.headers.get("x-echo").is_some() || api.is_some() {
            assert_eq!(echoed["asked"].as_str(), api.as_deref(), "{name}: {echoed}");
        }
        for (header, expected) in api_headers {
            assert_eq!(echoed["headers"][&header].as_str(), expected.as_deref(), "{name}: {header} in {echoed}");
        }
    }
    stop.send_replace(true);
    server.await.unwrap();
}
