//! S3's website endpoint: HTML instead of XML, an index document for every folder, and nobody has to sign.
//!
//! It serves what the bucket policy lets anybody read, over plain HTTP and by `GET` and `HEAD` only. The course's own site does
//! not use it; the notes did, and the 405 that a form's `POST` gets from it is one of their pitfalls.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html>

use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::access::Asker;
use super::context;
use super::error::{ErrorDocument, RequestIds};
use super::request::decoded;
use super::settings::Settings;
use super::{Buckets, cors};
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::listener::{self, HttpRequest};
use local::signature::encoded;
use stack::{RoutingRule, WebsiteConfiguration};

/// How the host of a website endpoint goes on after the bucket's name, on AWS and here.
const HOST_MARK: &str = ".s3-website";

impl Buckets {
    /// The bucket that a website endpoint's host names: `site` of `site.s3-website.localhost:4566`.
    pub fn website_of_host(host: &str) -> Option<&str> {
        host.split_once(HOST_MARK).map(|(bucket, _)| bucket).filter(|bucket| !bucket.is_empty())
    }

    /// Serves the website of `bucket` on `listener` to whom `guard` admits, until `stop` says true.
    pub async fn serve_website(self, bucket: String, listener: TcpListener, guard: Guard, stop: watch::Receiver<bool>) {
        let website = move |request, _| {
            let (buckets, bucket, guard) = (self.clone(), bucket.clone(), guard.clone());
            async move { buckets.answer_website(&bucket, &guard, request).await }
        };
        listener::serve(listener, stop, website).await;
    }

    async fn answer_website(&self, bucket: &str, guard: &Guard, request: HttpRequest) -> AxumResponse {
        let (parts, _) = request.into_parts();
        if let Err(refused) = guard.check(ListenerKind::Pages, &FetchMetadata::of(&parts), |_| false) {
            return refused.into_response();
        }
        self.website(bucket, &parts.method, parts.uri.path(), &parts.headers).await.map(axum::body::Body::from)
    }

    /// The website endpoint's answer.
    pub async fn website(&self, bucket: &str, method: &Method, path: &str, headers: &HeaderMap) -> Response<Bytes> {
        let ids = RequestIds::draw(&self.clock);
        let mut response = match self.site(bucket) {
            Err(error) => error.html(&ids, None),
            Ok((settings, site)) => {
                let website = Website { buckets: self, bucket, settings: &settings, site: &site, headers, ids: &ids };
                website.answer(method, path).await
            }
        };
        ids.stamp(&mut response);
        if *method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    fn site(&self, name: &str) -> Result<(Settings, WebsiteConfiguration), ErrorDocument> {
        let settings = self.settings(name).ok_or_else(|| ErrorDocument::no_such_bucket(name))?;
        let website = settings.website().ok_or_else(|| ErrorDocument::no_such_website(name))?;
        Ok((settings, website))
    }
}

/// A bucket as a website, while one request is answered.
struct Website<'w> {
    buckets: &'w Buckets,
    bucket: &'w str,
    settings: &'w Settings,
    site: &'w WebsiteConfiguration,
    headers: &'w HeaderMap,
    ids: &'w RequestIds,
}

impl Website<'_> {
    async fn answer(&self, method: &Method, path: &str) -> Response<Bytes> {
        let Some(path) = decoded(path) else {
            let error = ErrorDocument::bad_request("InvalidURI", "Couldn't parse the specified URI.");
            return error.html(self.ids, None);
        };
        // One slash begins the path; what comes after it is the key, further slashes included.
        let key = path.strip_prefix('/').unwrap_or(&path);
        if *method == Method::OPTIONS {
            let answer = cors::preflight(Some(&self.settings.cors_rules()), self.headers, key);
            return answer.unwrap_or_else(|error| error.html(self.ids, None));
        }
        if *method != Method::GET && *method != Method::HEAD {
            // The error document is for what is read; this is not.
            return ErrorDocument::method_not_allowed(method.as_str(), "OBJECT").html(self.ids, None);
        }
        if let Some(redirect) = &self.site.redirect_all_requests_to {
            let protocol = redirect.protocol.as_deref().unwrap_or("http");
            let target = format!("{protocol}://{}/{}", redirect.host_name, encoded_path(key));
            return moved(StatusCode::MOVED_PERMANENTLY, &target);
        }
        if let Some(redirected) = self.routed(key, None) {
            return redirected;
        }
        let folder = key.is_empty() || key.ends_with('/');
        let wanted = if folder { format!("{key}{}", self.site.index_document) } else { key.to_string() };
        let error = match self.public_object(method, &wanted, self.headers).await {
            Ok(object) => return object,
            Err(error) => error,
        };
        let index = format!("{key}/{}", self.site.index_document);
        if !folder && self.public_object(&Method::HEAD, &index, &HeaderMap::new()).await.is_ok() {
            return moved(StatusCode::FOUND, &format!("/{}/", encoded_path(key)));
        }
        if let Some(redirected) = self.routed(key, Some(error.status)) {
            return redirected;
        }
        let Some(custom) = &self.site.error_document else { return error.html(self.ids, None) };
        match self.public_object(method, custom, &HeaderMap::new()).await {
            Ok(mut page) => {
                // A page that is elsewhere is not the answer: its reader is sent there.
                if !page.status().is_redirection() {
                    *page.status_mut() = error.status;
                }
                page
            }
            Err(second) => error.html(self.ids, Some(&second)),
        }
    }

    /// Where the first rule that fits sends the reader of `key`; `status` is the error that was met, if one was.
    fn routed(&self, key: &str, status: Option<StatusCode>) -> Option<Response<Bytes>> {
        let fits = |rule: &&RoutingRule| {
            let prefix = rule.key_prefix_equals.as_deref().is_none_or(|prefix| key.starts_with(prefix));
            let code = match (&rule.http_error_code_returned_equals, status) {
                (None, None) => true,
                (Some(code), Some(status)) => code.parse() == Ok(status.as_u16()),
                _ => false,
            };
            prefix && code
        };
        let rule = self.site.routing_rules.iter().find(fits)?;
        let new_key = match (&rule.replace_key_with, &rule.replace_key_prefix_with) {
            (Some(replaced), _) => replaced.clone(),
            (None, Some(prefix)) => {
                let old = rule.key_prefix_equals.as_deref().unwrap_or_default();
                format!("{prefix}{}", &key[old.len()..])
            }
            (None, None) => key.to_string(),
        };
        let own = self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let host = rule.host_name.as_deref().unwrap_or(own);
        let protocol = rule.protocol.as_deref().unwrap_or("http");
        let code = rule.http_redirect_code.as_ref().and_then(|code| code.parse().ok());
        let code = code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::MOVED_PERMANENTLY);
        Some(moved(code, &format!("{protocol}://{host}/{}", encoded_path(&new_key))))
    }

    /// An object that anybody may read.
    async fn public_object(
        &self,
        method: &Method,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<Response<Bytes>, ErrorDocument> {
        let may = |action: &str, key: Option<&str>| {
            let context = context::of_call(&self.buckets.clock, headers, &http::Uri::default());
            Asker::Anybody.check(self.settings, action, self.bucket, key, &context).is_ok()
        };
        if !may("s3:GetObject", Some(key)) {
            return Err(ErrorDocument::access_denied());
        }
        let mut object = self.buckets.object(method.clone(), self.bucket, key, headers).await;
        let target = object.headers().get("x-amz-website-redirect-location").and_then(|target| target.to_str().ok());
        if let Some(target) = target {
            return Ok(moved(StatusCode::MOVED_PERMANENTLY, target));
        }
        if object.status() == StatusCode::NOT_FOUND {
            let may_know = may("s3:ListBucket", None);
            return Err(if may_know { ErrorDocument::no_such_key(key) } else { ErrorDocument::access_denied() });
        }
        if let Some(origin) = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()) {
            cors::add_to(&mut object, &self.settings.cors_rules(), method, origin);
        }
        Ok(object)
    }
}

/// A key as the path of an address.
fn encoded_path(key: &str) -> String {
    encoded(key).replace("%2F", "/")
}

fn moved(status: StatusCode, location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
