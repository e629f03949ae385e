//! CloudFront: the site's own origin, in front of a private bucket, and of the API where a behaviour says so.
//!
//! The edge reads a bucket with an origin access control, so the bucket policy must let this distribution in. A key that does
//! not exist is 403 unless the policy also grants `s3:ListBucket`, and the template's custom error responses turn either
//! into a page. They do that to every behaviour's errors, to those of an API as well. How an API is asked is in `rest_api`; which
//! behaviour a path has, in `stack`. What CloudFront does and this does not: caching, redirecting to HTTPS (a browser takes 127.0.0.1
//! for a secure context anyway), functions and Lambda@Edge.

mod rest_api;
#[cfg(test)]
pub(crate) mod tests;

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::buckets::{Buckets, decoded};
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::iam::request_context;
use local::listener::{self, HttpRequest};
use rest_api::{ApiClient, ViewerRequest};
use stack::policy::{AuthorizationRequest, Decision, decide};
use stack::{ACCOUNT, CacheBehavior, Distribution, Origin};

/// What CloudFront says of a method that the behaviour does not allow.
const METHOD_REFUSED: &str = "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only \
     cachable requests.";

/// The edge's own line in `Via`, in both directions.
const VIA: &str = "1.1 local.cloudfront.net (CloudFront)";

/// The address of the stack's distribution. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CloudFront {
    distribution: Arc<RwLock<Option<Arc<Distribution>>>>,
    buckets: Buckets,
    apis: ApiClient,
    guard: Guard,
}

/// The distribution as it is deployed while one request is answered.
struct Deployed<'e> {
    distribution: &'e Distribution,
    buckets: &'e Buckets,
    apis: &'e ApiClient,
}

/// A bucket of the distribution, with what is said of it.
#[derive(Clone, Copy)]
struct BucketOrigin<'e> {
    name: &'e str,
    access_control: bool,
    path: &'e str,
}

impl CloudFront {
    /// An address in front of `buckets`, with a distribution or still without, that answers whom `guard` admits.
    pub fn new(distribution: Option<Distribution>, buckets: Buckets, guard: Guard) -> CloudFront {
        let apis = ApiClient::new(buckets.clock().clone());
        CloudFront { distribution: Arc::new(RwLock::new(distribution.map(Arc::new))), buckets, apis, guard }
    }

    /// Puts another distribution in its place. Requests that are being answered end as they began.
    pub(crate) fn deploy(&self, distribution: Option<Distribution>) {
        *self.distribution.write().unwrap_or_else(PoisonError::into_inner) = distribution.map(Arc::new);
    }

    /// Answers on `listener` until `stop` says true.
    pub async fn serve(self, listener: TcpListener, stop: watch::Receiver<bool>) {
        let edge = move |request: HttpRequest, viewer: std::net::SocketAddr| {
            let edge = self.clone();
            async move { edge.answer(request.map(Body::new), viewer.ip()).await }
        };
        listener::serve(listener, stop, edge).await;
    }

    pub(crate) async fn answer(&self, request: Request<Body>, viewer: IpAddr) -> Response {
        let (parts, body) = request.into_parts();
        let distribution = self.distribution.read().unwrap_or_else(PoisonError::into_inner).clone();
        let behavior = distribution.as_ref().map(|distribution| distribution.behavior(parts.uri.path()));
        let listener = match behavior.map(|behavior| &behavior.origin) {
            Some(Origin::RestApi(_)) => ListenerKind::ApiOfSite,
            Some(Origin::Bucket { .. }) | None => ListenerKind::Pages,
        };
        if let Err(refused) = self.guard.check(listener, &FetchMetadata::of(&parts), |_| false) {
            return refused.into_response();
        }
        let Some((distribution, behavior)) = distribution.as_ref().zip(behavior) else {
            return (StatusCode::FORBIDDEN, "The stack has no distribution.\n").into_response();
        };
        let deployed = Deployed { distribution, buckets: &self.buckets, apis: &self.apis };
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let viewer = ViewerRequest { method: &parts.method, target, headers: &parts.headers, body, address: viewer };
        deployed.answer(behavior, viewer).await
    }
}

impl Deployed<'_> {
    async fn answer(&self, behavior: &CacheBehavior, viewer: ViewerRequest<'_>) -> Response {
        let (method, address) = (viewer.method.clone(), viewer.address);
        // CloudFront refuses a method that the behaviour does not allow; the origin never hears of it. Its own errors have pages, too.
        let answer = match behavior.allowed_methods.iter().any(|allowed| *allowed == method.as_str()) {
            true => self.asked(behavior, viewer).await,
            false => page(StatusCode::FORBIDDEN, METHOD_REFUSED),
        };
        let status = answer.status().as_u16();
        let custom = self.distribution.custom_error_responses.iter().find(|custom| custom.error_code == status);
        let mut response = match custom {
            Some(custom) => {
                // Whatever was asked, the page is got.
                let method = if method == Method::HEAD { Method::HEAD } else { Method::GET };
                let target = custom.response_page_path.as_str();
                let (headers, body) = (&HeaderMap::new(), Body::empty());
                let asked = ViewerRequest { method: &method, target, headers, body, address };
                let mut page = self.asked(self.distribution.behavior(target), asked).await;
                if page.status().is_success() {
                    *page.status_mut() = StatusCode::from_u16(custom.response_code).unwrap_or(StatusCode::BAD_GATEWAY);
                }
                page
            }
            None => answer,
        };
        add_headers(response.headers_mut(), behavior, custom.is_some() || status >= 400);
        response
    }

    /// What the behaviour's origin answers.
    async fn asked(&self, behavior: &CacheBehavior, viewer: ViewerRequest<'_>) -> Response {
        match &behavior.origin {
            Origin::RestApi(api) => self.apis.ask(api, &self.distribution.domain_name(), viewer).await,
            Origin::Bucket { name, access_control, path } => {
                let bucket = BucketOrigin { name, access_control: *access_control, path };
                self.object(bucket, viewer).await.map(Body::from)
            }
        }
    }

    /// What a bucket answers to this distribution.
    async fn object(&self, bucket: BucketOrigin<'_>, viewer: ViewerRequest<'_>) -> http::Response<Bytes> {
        let path = viewer.target.split_once('?').map_or(viewer.target, |(path, _)| path);
        let Some(path) = decoded(path) else {
            let sentence = "Bad request. We can't connect to the server for this app or website.";
            return written(StatusCode::BAD_REQUEST, sentence);
        };
        let key = match (path.strip_prefix('/').unwrap_or(&path), &self.distribution.default_root_object) {
            // Only the root has a default object; `/folder/` does not.
            ("", Some(root)) => root.as_str(),
            (key, _) => key,
        };
        let key = match bucket.path.strip_prefix('/') {
            Some(folder) => format!("{folder}/{key}"),
            None => key.to_string(),
        };
        let name = bucket.name;
        if !self.may(bucket, "s3:GetObject", &format!("arn:aws:s3:::{name}/{key}")) {
            return self.buckets.access_denied();
        }
        let response = self.buckets.object(viewer.method.clone(), name, &key, viewer.headers).await;
        let missing = response.status() == StatusCode::NOT_FOUND;
        let may_list = missing && self.may(bucket, "s3:ListBucket", &format!("arn:aws:s3:::{name}"));
        if missing && !may_list { self.buckets.access_denied() } else { response }
    }

    /// Whether the bucket's policy lets this distribution do `action`.
    fn may(&self, bucket: BucketOrigin<'_>, action: &str, resource: &str) -> bool {
        let id = &self.distribution.id;
        let arn = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}");
        // Without an access control the edge comes as anybody does.
        let (principal, is_service) = match bucket.access_control {
            true => ("cloudfront.amazonaws.com", "true"),
            false => ("*", "false"),
        };
        let mut keys = request_context(self.buckets.clock(), &http::HeaderMap::new());
        // A service has no address of its own.
        keys.retain(|(key, _)| *key != "aws:SourceIp");
        let mut context: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (*key, value.as_str())).collect();
        context.extend([("aws:SourceArn", arn.as_str()), ("aws:SourceAccount", ACCOUNT)]);
        context.push(("aws:PrincipalIsAWSService", is_service));
        if bucket.access_control {
            context.push(("aws:PrincipalServiceName", principal));
        }
        let question =
            AuthorizationRequest { action, resource, principal: Some(principal), context: &context, unknown_keys: &[] };
        let Some(settings) = self.buckets.settings(bucket.name) else { return false };
        // A policy that lets anybody in is worth nothing while public access is blocked; one for this distribution is not public.
        let blocked = settings.restricts_public_access() && !bucket.access_control;
        !blocked && decide(&settings.policy(), &question) == Decision::Allowed
    }
}

fn add_headers(headers: &mut HeaderMap, behavior: &CacheBehavior, failed: bool) {
    let seen = if failed { "Error from cloudfront" } else { "Miss from cloudfront" };
    headers.insert("x-cache", HeaderValue::from_static(seen));
    headers.insert(header::VIA, HeaderValue::from_static(VIA));
    for (name, value) in &behavior.response_headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
}

/// CloudFront's own page for an error.
fn page(status: StatusCode, message: &str) -> Response {
    written(status, message).map(Body::from)
}

fn written(status: StatusCode, message: &str) -> http::Response<Bytes> {
    let title = format!("{} ERROR", status.as_u16());
    let body = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\">\n\
         <HTML><HEAD><META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=iso-8859-1\">\n\
         <TITLE>ERROR: The request could not be satisfied</TITLE>\n</HEAD><BODY>\n<H1>{title}</H1>\n\
         <H2>The request could not be satisfied.</H2>\n<HR noshade size=\"1px\">\n{message}\n</BODY></HTML>\n"
    );
    let mut response = http::Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
