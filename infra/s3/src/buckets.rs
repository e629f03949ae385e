//! S3: the stack's buckets, kept as folders of files.
//!
//! The protocol comes from `s3s`, the files from `s3s-fs`. There are two ways to them. The AWS endpoint's verifies the signature
//! (`buckets/authentication`) and asks `buckets/access` who may do what. The inner one is for the edge, the website endpoint and the
//! site's publisher, which have been let in by other means. Both lead to `buckets/storage`, which lets no key leave its bucket.
//! `buckets/documents` has the errors, `buckets/cors` the rules for pages of other origins, `buckets/website` S3's second endpoint.

mod access;
mod authentication;
mod context;
mod cors;
mod declared;
mod documents;
mod key;
mod storage;
mod website;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::auth::{S3Auth, SecretKey};
use s3s::host::{S3Host, VirtualHost};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};
use thiserror::Error;

use access::Access;
use authentication::Presented;
use declared::Declared;
use local::clock::Clock;
use local::data_folder::reason;
use local::guard;
use local::iam::Identities;
use stack::Bucket;
use storage::Storage;

pub(crate) use authentication::VerifiedKey;
pub use documents::{ErrorDocument, RequestIds};

/// What S3 says an object is that was put without a content type. A browser downloads that instead of showing it.
pub const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// Characters of a key that stand as they are in a path.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The buckets of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Buckets {
    outer: S3Service,
    inner: S3Service,
    storage: Storage,
    access: Access,
    declared: Declared,
    clock: Clock,
}

/// Why a bucket could not be used.
#[derive(Debug, Error)]
pub enum BucketsError {
    /// The folder cannot be made or read.
    #[error("The folder of the buckets, {}, cannot be used: {why}.", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system or the store says.
        why: String,
    },
    /// S3 refused an object.
    #[error("Object {key} cannot be put into bucket {bucket}: {why}")]
    Refused {
        /// The bucket's name.
        bucket: String,
        /// The object's key.
        key: String,
        /// S3's answer.
        why: String,
    },
}

impl Buckets {
    /// Opens the buckets below `folder`, and makes those that are not there.
    pub fn open(
        folder: &Path,
        buckets: &[Bucket],
        identities: Identities,
        clock: Clock,
    ) -> Result<Buckets, BucketsError> {
        let failed = |why: String| BucketsError::Folder { folder: folder.to_path_buf(), why };
        for bucket in buckets {
            Buckets::create(folder, bucket)?;
        }
        std::fs::create_dir_all(folder).map_err(|error| failed(reason(&error)))?;
        let storage = Storage::open(folder).map_err(failed)?;
        let inner = S3ServiceBuilder::new(storage.clone()).build();
        let mut outer = S3ServiceBuilder::new(storage.clone());
        let declared = Declared::default();
        declared.set(buckets);
        let access = Access {
            identities: identities.clone(),
            declared: declared.clone(),
            folder: folder.to_path_buf(),
            clock: clock.clone(),
        };
        outer.set_auth(Keys(identities));
        outer.set_access(access.clone());
        outer.set_host(Hosts);
        Ok(Buckets { outer: outer.build(), inner, storage, access, declared, clock })
    }

    /// The time that the buckets go by.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Answers a call that the AWS endpoint passes on.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let ids = RequestIds::draw(&self.clock);
        let (bucket, key) = addressed(request.headers(), request.uri().path());
        let declared = self.declared.get(&bucket);
        let rules = declared.as_ref().map_or(&[][..], |bucket| bucket.cors_rules.as_slice());
        if request.method() == Method::OPTIONS {
            let mut answer = cors::preflight(rules, request.headers(), &key).unwrap_or_else(|error| error.xml(&ids));
            ids.stamp(&mut answer);
            return answer;
        }
        let (parts, body) = request.into_parts();
        if let Err(error) = authentication::one_mechanism(&parts).and_then(|()| authentication::all_signed(&parts)) {
            return error.xml(&ids);
        }
        let presented = Presented::of(&parts, &body);
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(presented.clone());
        let method = request.method().clone();
        let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_string);
        let mut answer = call(&self.outer, request).await;
        if let Some(error) = self.described(&answer, &bucket, &key) {
            answer = error.xml(&ids);
        }
        if method == Method::HEAD {
            *answer.body_mut() = Bytes::new();
        }
        with_default_content_type(&mut answer, !key.is_empty() && (method == Method::GET || method == Method::HEAD));
        cors::add_to(&mut answer, rules, &method, origin.as_deref());
        ids.stamp(&mut answer);
        if let Some(key) = presented.key() {
            answer.extensions_mut().insert(key);
        }
        answer
    }

    /// Whether a CORS rule of `bucket` admits pages of `origin` to `method`.
    pub(crate) fn admits(&self, bucket: &str, origin: &str, method: &Method) -> bool {
        self.declared.get(bucket).is_some_and(|bucket| cors::admits(&bucket.cors_rules, origin, method))
    }

    /// Reads an object without asking who reads. The answer is S3's: 200, or 404 with its XML.
    pub async fn object(&self, method: Method, bucket: &str, key: &str, headers: &http::HeaderMap) -> Response<Bytes> {
        if key.is_empty() {
            // The path would be the bucket's, and its answer a list of what is in it.
            return ErrorDocument::no_such_key(key).xml(&RequestIds::draw(&self.clock));
        }
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        let path = format!("/{bucket}/{}", utf8_percent_encode(key, KEY));
        match path.parse() {
            Ok(uri) => *request.uri_mut() = uri,
            Err(_) => {
                let error =
                    ErrorDocument::new(StatusCode::BAD_REQUEST, "InvalidURI", "Couldn't parse the specified URI.");
                return error.xml(&RequestIds::draw(&self.clock));
            }
        }
        // What a cache may ask an origin for.
        for name in [header::RANGE, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE] {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let mut response = call(&self.inner, request).await;
        if let Some(error) = self.described(&response, bucket, key) {
            return error.xml(&RequestIds::draw(&self.clock));
        }
        with_default_content_type(&mut response, true);
        response
    }

    /// Puts an object, as a deployment does.
    pub async fn put_object(&self, bucket: &str, key: &str, object: Object<'_>) -> Result<(), BucketsError> {
        self.put_object_with(bucket, key, object, &[]).await
    }

    /// Puts an object with metadata of its own, names without `x-amz-meta-`.
    pub async fn put_object_with(
        &self,
        bucket: &str,
        key: &str,
        object: Object<'_>,
        metadata: &[(&str, &str)],
    ) -> Result<(), BucketsError> {
        let refused = |why: String| BucketsError::Refused { bucket: bucket.to_string(), key: key.to_string(), why };
        if key.len() > key::longest(bucket, None) && metadata.is_empty() {
            return self.storage.put_plain(bucket, key, &object.body).map_err(|error| refused(error.to_string()));
        }
        let path = format!("/{bucket}/{}", utf8_percent_encode(key, KEY));
        let mut request = Request::put(path)
            .header(header::CONTENT_TYPE, object.content_type)
            .header(header::CACHE_CONTROL, object.cache_control)
            .header(header::CONTENT_LENGTH, object.body.len());
        for (name, value) in metadata {
            request = request.header(format!("x-amz-meta-{name}"), *value);
        }
        let request = request.body(object.body);
        let response = call(&self.inner, request.map_err(|error| refused(error.to_string()))?).await;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(refused(format!("{} {}", response.status(), String::from_utf8_lossy(response.body()))))
        }
    }

    /// The keys of a bucket, in their order, without asking who reads. Empty for a bucket that is not there.
    pub async fn keys(&self, bucket: &str) -> Vec<String> {
        let (mut keys, mut after) = (Vec::new(), String::new());
        loop {
            let start = utf8_percent_encode(&after, NON_ALPHANUMERIC).to_string();
            let path = format!("/{bucket}?list-type=2&start-after={start}");
            let Ok(request) = Request::get(path).body(Bytes::new()) else { return keys };
            let answer = call(&self.inner, request).await;
            let page = documents::keys_of_xml(answer.body());
            match page.last() {
                Some(last) if *last > after => after = last.clone(),
                _ => return keys,
            }
            keys.extend(page);
        }
    }

    /// The error in an answer of the store, in the service's words and with what the service adds.
    fn described(&self, answer: &Response<Bytes>, bucket: &str, key: &str) -> Option<ErrorDocument> {
        let status = answer.status();
        if !(status.is_client_error() || status.is_server_error()) {
            return None;
        }
        let error = ErrorDocument::of_xml(status, answer.body())?;
        Some(match error.code.as_str() {
            "NoSuchKey" => ErrorDocument::no_such_key(key),
            // The library leaves the sentence out; clients print it, and some cannot do without.
            "SignatureDoesNotMatch" if error.message.is_empty() => ErrorDocument {
                message:
                    "The request signature we calculated does not match the signature you provided. Check your key \
                          and signing method."
                        .to_string(),
                ..error
            },
            "KeyTooLongError" if key.len() > key::LONGEST => {
                ErrorDocument::new(status, error.code, "Your key is too long")
                    .with("Size", key.len().to_string())
                    .with("MaxSizeAllowed", key::LONGEST.to_string())
            }
            "NoSuchBucket" => ErrorDocument::new(status, "NoSuchBucket", "The specified bucket does not exist")
                .with("BucketName", bucket),
            _ if error.message.is_empty() => ErrorDocument { message: sentence(&error.code).to_string(), ..error },
            _ => error,
        })
    }

    /// The error that S3 gives to callers who are told nothing.
    pub fn access_denied(&self) -> Response<Bytes> {
        ErrorDocument::access_denied().xml(&RequestIds::draw(&self.clock))
    }
}

/// What S3 says with an error whose sentence the library leaves out: a client that gets none prints `None`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
fn sentence(code: &str) -> &'static str {
    match code {
        "InvalidBucketName" => "The specified bucket is not valid.",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema. Check the service \
             documentation and try again."
        }
        // In our own words.
        _ => "The local cloud's S3 cannot carry out this request; the code says why.",
    }
}

/// What is put under a key.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    /// The media type that browsers are told.
    pub content_type: &'a str,
    /// How long it may be kept.
    pub cache_control: &'a str,
    /// The bytes.
    pub body: Bytes,
}

/// Knows the secrets that belong to access keys.
struct Keys(Identities);

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let credentials = self.0.credentials(access_key).ok_or_else(|| {
            s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records.")
        })?;
        Ok(SecretKey::from(credentials.secret_access_key))
    }
}

/// Hosts that name a bucket: `site.localhost:4566`.
struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = guard::without_port(host);
        Ok(match name.strip_suffix(".localhost") {
            Some(bucket) => VirtualHost::new("localhost").with_bucket(bucket),
            None => VirtualHost::new(host),
        })
    }
}

/// The bucket and the key that a request is about; empty where it names none.
pub(crate) fn addressed(headers: &http::HeaderMap, path: &str) -> (String, String) {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let path = path.strip_prefix('/').unwrap_or(&path);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match guard::without_port(host).strip_suffix(".localhost") {
        Some(bucket) => (bucket.to_string(), path.to_string()),
        None => {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            (bucket.to_string(), key.to_string())
        }
    }
}

fn with_default_content_type(response: &mut Response<Bytes>, object: bool) {
    if object && response.status().is_success() && !response.headers().contains_key(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(DEFAULT_CONTENT_TYPE));
    }
}

async fn call(service: &S3Service, request: Request<Bytes>) -> Response<Bytes> {
    let Ok(response) = service.call(request.map(s3s::Body::from)).await else { return internal_error() };
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes()),
        Err(_) => internal_error(),
    }
}

/// The store broke; the caller is told in S3's words, with new ids.
fn internal_error() -> Response<Bytes> {
    let message = "We encountered an internal error. Please try again.";
    let body = format!("<Error><Code>InternalError</Code><Message>{message}</Message></Error>");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests;
