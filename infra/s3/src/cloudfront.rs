//! CloudFront: the site's own origin, in front of a private bucket.
//!
//! The edge reads the bucket with an origin access control, so the bucket policy must let this distribution in. A key that does
//! not exist is 403 unless the policy also grants `s3:ListBucket`, and the template's custom error responses turn either
//! into a page. What CloudFront does and this does not: caching, redirecting to HTTPS (a browser takes 127.0.0.1 for a secure
//! context anyway), Lambda@Edge.

use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::buckets::{Buckets, decoded};
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::iam::request_context;
use local::listener::{self, HttpRequest};
use stack::policy::{AuthorizationRequest, Decision, decide};
use stack::{ACCOUNT, Distribution};

/// What CloudFront says of a method that no behaviour allows.
const METHOD_REFUSED: &str = "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only \
     cachable requests.";

/// The address of the stack's distribution. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CloudFront {
    distribution: Arc<RwLock<Option<Arc<Distribution>>>>,
    buckets: Buckets,
    guard: Guard,
}

/// The distribution as it is deployed while one request is answered.
struct Behaviour<'e> {
    distribution: &'e Distribution,
    buckets: &'e Buckets,
}

impl CloudFront {
    /// An address in front of `buckets`, with a distribution or still without, that answers whom `guard` admits.
    pub fn new(distribution: Option<Distribution>, buckets: Buckets, guard: Guard) -> CloudFront {
        CloudFront { distribution: Arc::new(RwLock::new(distribution.map(Arc::new))), buckets, guard }
    }

    /// Puts another distribution in its place. Requests that are being answered end as they began.
    pub(crate) fn deploy(&self, distribution: Option<Distribution>) {
        *self.distribution.write().unwrap_or_else(PoisonError::into_inner) = distribution.map(Arc::new);
    }

    /// Answers on `listener` until `stop` says true.
    pub async fn serve(self, listener: TcpListener, stop: watch::Receiver<bool>) {
        let edge = move |request: HttpRequest, _| {
            let edge = self.clone();
            async move { edge.answer(&request.into_parts().0).await }
        };
        listener::serve(listener, stop, edge).await;
    }

    pub(crate) async fn answer(&self, parts: &Parts) -> Response {
        if let Err(refused) = self.guard.check(ListenerKind::Pages, &FetchMetadata::of(parts), |_| false) {
            return refused.into_response();
        }
        let distribution = self.distribution.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(distribution) = distribution else {
            return (StatusCode::FORBIDDEN, "The stack has no distribution.\n").into_response();
        };
        Behaviour { distribution: &distribution, buckets: &self.buckets }.answer(parts).await
    }
}

impl Behaviour<'_> {
    async fn answer(&self, parts: &Parts) -> Response {
        let allowed = &self.distribution.allowed_methods;
        if !allowed.iter().any(|method| *method == parts.method.as_str()) {
            // CloudFront refuses a method that no behaviour allows; the origin never hears of it. Its own errors have pages, too.
            let refused = refusal(StatusCode::FORBIDDEN, METHOD_REFUSED);
            return self.finished(&parts.method, refused).await;
        }
        let Some(path) = decoded(parts.uri.path()) else {
            let refused = refusal(
                StatusCode::BAD_REQUEST,
                "Bad request. We can't connect to the server for this app or website.",
            );
            return self.finished(&parts.method, refused).await;
        };
        let key = match (path.strip_prefix('/').unwrap_or(&path), &self.distribution.default_root_object) {
            // Only the root has a default object; `/folder/` does not.
            ("", Some(root)) => root.clone(),
            (key, _) => key.to_string(),
        };
        let origin = self.origin(&parts.method, &key, &parts.headers).await;
        self.finished(&parts.method, origin).await
    }

    /// An answer as the viewer gets it: an error with its page, if there is one, and everything with its headers.
    async fn finished(&self, method: &Method, answer: http::Response<Bytes>) -> Response {
        let status = answer.status().as_u16();
        let custom = self.distribution.custom_error_responses.iter().find(|custom| custom.error_code == status);
        let mut response = match custom {
            Some(custom) => {
                let page = custom.response_page_path.trim_start_matches('/');
                // Whatever was asked, the page is got.
                let method = if *method == Method::HEAD { Method::HEAD } else { Method::GET };
                let mut page = self.origin(&method, page, &http::HeaderMap::new()).await;
                if page.status().is_success() {
                    *page.status_mut() = StatusCode::from_u16(custom.response_code).unwrap_or(StatusCode::BAD_GATEWAY);
                }
                page
            }
            None => answer,
        };
        self.add_headers(response.headers_mut(), custom.is_some() || status >= 400);
        response.map(axum::body::Body::from)
    }

    /// What the bucket answers to this distribution.
    async fn origin(&self, method: &Method, key: &str, headers: &http::HeaderMap) -> http::Response<Bytes> {
        let Distribution { bucket, .. } = self.distribution;
        let denied = || self.buckets.access_denied();
        if !self.may("s3:GetObject", &format!("arn:aws:s3:::{bucket}/{key}")) {
            return denied();
        }
        let response = self.buckets.object(method.clone(), bucket, key, headers).await;
        let missing = response.status() == StatusCode::NOT_FOUND;
        if missing && !self.may("s3:ListBucket", &format!("arn:aws:s3:::{bucket}")) { denied() } else { response }
    }

    /// Whether the bucket's policy lets this distribution do `action`.
    fn may(&self, action: &str, resource: &str) -> bool {
        let Distribution { id, bucket, origin_access_control, .. } = self.distribution;
        let arn = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}");
        // Without an access control the edge comes as anybody does.
        let (principal, is_service) = match origin_access_control {
            true => ("cloudfront.amazonaws.com", "true"),
            false => ("*", "false"),
        };
        let mut keys = request_context(self.buckets.clock(), &http::HeaderMap::new());
        // A service has no address of its own.
        keys.retain(|(key, _)| *key != "aws:SourceIp");
        let mut context: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (*key, value.as_str())).collect();
        context.extend([("aws:SourceArn", arn.as_str()), ("aws:SourceAccount", ACCOUNT)]);
        context.push(("aws:PrincipalIsAWSService", is_service));
        if *origin_access_control {
            context.push(("aws:PrincipalServiceName", principal));
        }
        let question =
            AuthorizationRequest { action, resource, principal: Some(principal), context: &context, unknown_keys: &[] };
        let Some(settings) = self.buckets.settings(bucket) else { return false };
        // A policy that lets anybody in is worth nothing while public access is blocked; one for this distribution is not public.
        let blocked = settings.restricts_public_access() && !origin_access_control;
        !blocked && decide(&settings.policy(), &question) == Decision::Allowed
    }

    fn add_headers(&self, headers: &mut http::HeaderMap, failed: bool) {
        let seen = if failed { "Error from cloudfront" } else { "Miss from cloudfront" };
        headers.insert("x-cache", HeaderValue::from_static(seen));
        headers.insert(header::VIA, HeaderValue::from_static("1.1 local.cloudfront.net (CloudFront)"));
        for (name, value) in &self.distribution.response_headers {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
    }
}

/// CloudFront's own page for an error.
fn refusal(status: StatusCode, message: &str) -> http::Response<Bytes> {
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
