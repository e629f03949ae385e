//! S3: the stack's buckets, kept as folders of files.
//!
//! The protocol comes from `s3s`, the files from `s3s-fs`. There are two doors to them: the AWS endpoint's, which asks for a
//! signature, and an inner one for the edge and for whoever publishes the site, which have been let in by other means.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};
use s3s_fs::FileSystem;
use serde_json::Value;
use thiserror::Error;

use crate::iam::{ACCESS_KEY_ID, Identities, SECRET_ACCESS_KEY};
use crate::stack::Bucket;

/// What S3 says an object is that was put without a content type. A browser downloads that instead of showing it.
pub const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// Characters of a key that stand as they are in a path.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The buckets of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Buckets {
    outer: S3Service,
    inner: S3Service,
    buckets: std::sync::Arc<Vec<Bucket>>,
}

/// Why a bucket could not be used.
#[derive(Debug, Error)]
pub enum BucketsError {
    /// The folder cannot be made or read.
    #[error("The folder of the buckets, {}, cannot be used: {why}. Choose another data folder with --data.", folder.display())]
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
    pub fn open(folder: &Path, buckets: &[Bucket], identities: Identities) -> Result<Buckets, BucketsError> {
        let failed = |why: String| BucketsError::Folder { folder: folder.to_path_buf(), why };
        for bucket in buckets {
            std::fs::create_dir_all(folder.join(&bucket.name)).map_err(|error| failed(error.to_string()))?;
        }
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
        let files = || FileSystem::new(folder).map_err(|error| failed(format!("{error:?}")));
        let inner = S3ServiceBuilder::new(files()?).build();
        let mut outer = S3ServiceBuilder::new(files()?);
        outer.set_auth(Keys(identities));
        Ok(Buckets { outer: outer.build(), inner, buckets: std::sync::Arc::new(buckets.to_vec()) })
    }

    /// Answers a call that came through the AWS endpoint.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        call(&self.outer, request).await
    }

    /// Reads an object without asking who reads. The answer is S3's: 200, or 404 with its XML.
    pub async fn object(&self, method: Method, bucket: &str, key: &str, headers: &http::HeaderMap) -> Response<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        let path = format!("/{bucket}/{}", utf8_percent_encode(key, KEY));
        match path.parse() {
            Ok(uri) => *request.uri_mut() = uri,
            Err(_) => return failure(StatusCode::BAD_REQUEST, "InvalidURI", "Couldn't parse the specified URI."),
        }
        // What a cache may ask an origin for.
        for name in [header::RANGE, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE] {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let mut response = call(&self.inner, request).await;
        if response.status().is_success() && !response.headers().contains_key(header::CONTENT_TYPE) {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(DEFAULT_CONTENT_TYPE));
        }
        response
    }

    /// Puts an object, as a deployment does.
    pub async fn put_object(&self, bucket: &str, key: &str, object: Object<'_>) -> Result<(), BucketsError> {
        let refused = |why: String| BucketsError::Refused { bucket: bucket.to_string(), key: key.to_string(), why };
        let path = format!("/{bucket}/{}", utf8_percent_encode(key, KEY));
        let request = Request::put(path)
            .header(header::CONTENT_TYPE, object.content_type)
            .header(header::CACHE_CONTROL, object.cache_control)
            .header(header::CONTENT_LENGTH, object.body.len())
            .body(object.body);
        let response = call(&self.inner, request.map_err(|error| refused(error.to_string()))?).await;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(refused(format!("{} {}", response.status(), String::from_utf8_lossy(response.body()))))
        }
    }

    /// The bucket policy of `bucket`.
    pub fn policy(&self, bucket: &str) -> Option<&Value> {
        self.buckets.iter().find(|known| known.name == bucket)?.policy.as_ref()
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
        if access_key == ACCESS_KEY_ID {
            return Ok(SecretKey::from(SECRET_ACCESS_KEY));
        }
        let identity = self.0.of(access_key);
        let identity = identity.ok_or_else(|| {
            s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records.")
        })?;
        Ok(SecretKey::from(identity.secret_access_key))
    }
}

async fn call(service: &S3Service, request: Request<Bytes>) -> Response<Bytes> {
    let internal = || failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "We encountered an internal error. Please try again.");
    let Ok(response) = service.call(request.map(s3s::Body::from)).await else { return internal() };
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes()),
        Err(_) => internal(),
    }
}

/// S3's error document.
pub fn failure(status: StatusCode, code: &str, message: &str) -> Response<Bytes> {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}
