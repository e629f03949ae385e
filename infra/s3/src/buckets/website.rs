//! S3's website endpoint: HTML instead of XML, an index document for every folder, and nobody has to sign.
//!
//! It serves what the bucket policy lets anybody read, over plain HTTP and by `GET` and `HEAD` only. The course's own site does
//! not use it; the notes did, and the 405 that a form's `POST` gets from it is one of their pitfalls.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html>

use std::sync::Arc;

use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::access::Asker;
use super::context;
use super::documents::{ErrorDocument, RequestIds};
use super::{Buckets, cors};
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::listener::{self, HttpRequest};
use stack::{Bucket, WebsiteConfiguration};

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
            Ok((bucket, site)) => {
                let path = percent_decode_str(path).decode_utf8_lossy();
                self.page(&bucket, &site, method, &path, headers, &ids).await
            }
        };
        ids.stamp(&mut response);
        if *method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    fn site(&self, name: &str) -> Result<(Arc<Bucket>, WebsiteConfiguration), ErrorDocument> {
        let missing = |code: &str, message: &str| {
            ErrorDocument::new(StatusCode::NOT_FOUND, code, message).with("BucketName", name)
        };
        let bucket = self.declared.get(name);
        let bucket = bucket.ok_or_else(|| missing("NoSuchBucket", "The specified bucket does not exist"))?;
        let none =
            || missing("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
        let website = bucket.website.clone().ok_or_else(none)?;
        Ok((bucket, website))
    }

    async fn page(
        &self,
        bucket: &Bucket,
        site: &WebsiteConfiguration,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        ids: &RequestIds,
    ) -> Response<Bytes> {
        let key = path.trim_start_matches('/');
        if *method == Method::OPTIONS {
            return cors::preflight(&bucket.cors_rules, headers, key).unwrap_or_else(|error| error.html(ids, None));
        }
        if *method != Method::GET && *method != Method::HEAD {
            let message = "The specified method is not allowed against this resource.";
            let error = ErrorDocument::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message);
            // The error document is for what is read; this is not.
            return error.with("Method", method.as_str()).with("ResourceType", "OBJECT").html(ids, None);
        }
        if let Some(redirect) = &site.redirect_all_requests_to {
            let protocol = redirect.protocol.as_deref().unwrap_or("http");
            return moved(StatusCode::MOVED_PERMANENTLY, &format!("{protocol}://{}{path}", redirect.host_name));
        }
        let folder = key.is_empty() || key.ends_with('/');
        let wanted = if folder { format!("{key}{}", site.index_document) } else { key.to_string() };
        let error = match self.public_object(bucket, method, &wanted, headers).await {
            Ok(object) => return object,
            Err(error) => error,
        };
        let index = format!("{key}/{}", site.index_document);
        if !folder && self.public_object(bucket, &Method::HEAD, &index, &HeaderMap::new()).await.is_ok() {
            return moved(StatusCode::FOUND, &format!("/{key}/"));
        }
        let Some(custom) = &site.error_document else { return error.html(ids, None) };
        match self.public_object(bucket, method, custom, &HeaderMap::new()).await {
            Ok(mut page) => {
                *page.status_mut() = error.status;
                page
            }
            Err(second) => error.html(ids, Some(&second)),
        }
    }

    /// An object that anybody may read.
    async fn public_object(
        &self,
        bucket: &Bucket,
        method: &Method,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<Response<Bytes>, ErrorDocument> {
        let context = context::of_call(&self.clock, headers, &http::Uri::default());
        if self.access.check(&Asker::Anybody, "s3:GetObject", &bucket.name, Some(key), &context).is_err() {
            return Err(ErrorDocument::access_denied());
        }
        let mut object = self.object(method.clone(), &bucket.name, key, headers).await;
        if let Some(target) =
            object.headers().get("x-amz-website-redirect-location").and_then(|target| target.to_str().ok())
        {
            return Ok(moved(StatusCode::MOVED_PERMANENTLY, target));
        }
        if object.status() == StatusCode::NOT_FOUND {
            let may_know = self.access.check(&Asker::Anybody, "s3:ListBucket", &bucket.name, None, &context).is_ok();
            return Err(if may_know { ErrorDocument::no_such_key(key) } else { ErrorDocument::access_denied() });
        }
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        cors::add_to(&mut object, &bucket.cors_rules, method, origin);
        Ok(object)
    }
}

fn moved(status: StatusCode, location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
