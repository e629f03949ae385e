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
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::buckets::Buckets;
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::iam::request_context;
use local::listener::{self, HttpRequest};
use stack::policy::{AuthorizationRequest, Decision, decide};
use stack::{ACCOUNT, Distribution};

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
            // CloudFront refuses a method that no behaviour allows; the origin never hears of it.
            return (StatusCode::FORBIDDEN, "This distribution is not configured to allow the HTTP request method.\n")
                .into_response();
        }
        let Ok(path) = percent_decode_str(parts.uri.path()).decode_utf8() else {
            return (StatusCode::BAD_REQUEST, "The path is not UTF-8.\n").into_response();
        };
        let key = match (path.trim_start_matches('/'), &self.distribution.default_root_object) {
            // Only the root has a default object; `/folder/` does not.
            ("", Some(root)) => root.clone(),
            (key, _) => key.to_string(),
        };
        let origin = self.origin(&parts.method, &key, &parts.headers).await;
        let status = origin.status().as_u16();
        let custom = self.distribution.custom_error_responses.iter().find(|custom| custom.error_code == status);
        let mut response = match custom {
            Some(custom) => {
                let page = custom.response_page_path.trim_start_matches('/');
                let mut page = self.origin(&parts.method, page, &http::HeaderMap::new()).await;
                if page.status().is_success() {
                    *page.status_mut() = StatusCode::from_u16(custom.response_code).unwrap_or(StatusCode::BAD_GATEWAY);
                }
                page
            }
            None => origin,
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
        let request =
            AuthorizationRequest { action, resource, principal: Some(principal), context: &context, unknown_keys: &[] };
        let Some(bucket) = self.buckets.declared(bucket) else { return false };
        // A policy that lets anybody in is worth nothing while public access is blocked; one for this distribution is not public.
        let blocked = bucket.public_access_blocked && !origin_access_control;
        !blocked && decide(&bucket.policy, &request) == Decision::Allowed
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
