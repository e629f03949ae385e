//! A REST API as an origin: what CloudFront passes on to it, and what comes back.
//!
//! The API is asked over its own socket, under its name on AWS. Whether the viewer's `Host` is passed on in that name's place is the
//! origin request policy's choice, and API Gateway says `Forbidden` to a name that is not its own.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html>

use std::net::IpAddr;

use axum::body::Body;
use axum::response::Response;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local::clock::Clock;
use stack::{OriginRequestPolicy, RestApiOrigin};

use super::{VIA, page};

/// What CloudFront never passes on, besides `X-Edge-*`.
const REMOVED: [&str; 12] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
    "x-forwarded-proto",
    "x-http-method-override",
    "x-real-ip",
];

/// What is said between two servers only.
const HOP_BY_HOP: [HeaderName; 3] =
    [header::CONNECTION, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive")];

/// Asks APIs. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ApiClient {
    client: Client<HttpConnector, Body>,
    clock: Clock,
}

/// A viewer's request, as far as an API hears of it.
pub(super) struct ViewerRequest<'r> {
    pub(super) method: &'r Method,
    /// Path and query, undecoded.
    pub(super) target: &'r str,
    pub(super) headers: &'r HeaderMap,
    pub(super) body: Body,
    pub(super) address: IpAddr,
}

impl ApiClient {
    pub(super) fn new(clock: Clock) -> ApiClient {
        // A connection that is kept may end while a request is on its way, and a write is not sent twice.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        ApiClient { client, clock }
    }

    /// What `origin` answers. `domain_name` is the distribution's, which the viewer asked.
    pub(super) async fn ask(&self, origin: &RestApiOrigin, domain_name: &str, viewer: ViewerRequest<'_>) -> Response {
        let has_body =
            !matches!(viewer.headers.get(header::CONTENT_LENGTH).map(HeaderValue::as_bytes), None | Some(b"0"))
                || viewer.headers.contains_key(header::TRANSFER_ENCODING);
        if *viewer.method == Method::GET && has_body {
            return page(StatusCode::FORBIDDEN, "Bad request.");
        }
        let target = format!("{}{}", origin.path, viewer.target);
        let headers = self.passed_on(origin, domain_name, &viewer);
        let uri = origin.address.as_deref().zip(target.parse::<PathAndQuery>().ok()).and_then(|(address, target)| {
            Uri::builder().scheme("http").authority(address).path_and_query(target).build().ok()
        });
        let Some(uri) = uri else { return unreachable() };
        let mut request = Request::new(viewer.body);
        *request.method_mut() = viewer.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        match self.client.request(request).await {
            Ok(answer) => {
                let mut answer = answer.map(Body::new);
                HOP_BY_HOP.iter().for_each(|name| {
                    answer.headers_mut().remove(name);
                });
                answer
            }
            Err(error) => {
                tracing::debug!(%error, "the API does not answer the edge");
                unreachable()
            }
        }
    }

    fn passed_on(&self, origin: &RestApiOrigin, domain_name: &str, viewer: &ViewerRequest<'_>) -> HeaderMap {
        let mut headers = viewer.headers.clone();
        for name in viewer.headers.keys() {
            if REMOVED.contains(&name.as_str()) || name.as_str().starts_with("x-edge-") {
                headers.remove(name);
            }
        }
        // Here the viewer's is an address with a port. On AWS it is the distribution's name.
        let host = match origin.request_policy {
            OriginRequestPolicy::AllViewer => domain_name,
            OriginRequestPolicy::AllViewerExceptHostHeader => &origin.domain_name,
        };
        let seen = viewer.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let forwarded: Vec<String> = seen.map(str::to_string).chain([viewer.address.to_string()]).collect();
        let id = format!("{}==", self.clock.hex(54));
        for (name, value) in
            [("host", host), ("x-forwarded-for", &forwarded.join(",")), ("x-amz-cf-id", &id), ("via", VIA)]
        {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        headers
    }
}

/// What CloudFront says when nobody answers it.
fn unreachable() -> Response {
    page(StatusCode::BAD_GATEWAY, "CloudFront wasn't able to connect to the origin.")
}
