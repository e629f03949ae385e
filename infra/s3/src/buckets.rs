//! S3: buckets and their objects.
//!
//! A request of the AWS endpoint goes through these stations: `request` reads bucket, key and parameters, `authentication` (with
//! `chunked` and `form`) verifies who sent it, `operation` names what is asked for, `access` decides whether the caller may, and
//! [`exchange`] carries it out. What is there is in the `store`: no key is a path, and a kill leaves an object old or new.
//! `settings` is what is set of a bucket, `error` has the words of refusals, `cors` the rules for pages of other origins, `website` S3's
//! second endpoint. The edge, the website endpoint and the site's publisher have been let in by other means; they read and write
//! through the functions here, which ask nobody.

mod access;
mod authentication;
mod checksum;
mod chunked;
mod conditions;
mod context;
mod cors;
mod encoded_word;
mod error;
mod exchange;
mod form;
mod operation;
mod request;
mod settings;
mod store;
mod website;
mod xml;

use std::ops::Bound;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use thiserror::Error;

use error::insert;
use exchange::Exchange;
use local::clock::Clock;
use local::iam::Identities;
use local::service::OperationTable;
use request::METADATA;
use stack::Bucket;
use store::{NotOpened, Store};

pub(crate) use authentication::VerifiedKey;
pub use error::{ErrorDocument, RequestIds};
pub(crate) use request::{addressed, decoded};
pub(crate) use settings::Settings;

/// What S3 says an object is that was put without a content type. A browser downloads that instead of showing it.
pub const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// The buckets of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Buckets {
    store: Store,
    identities: Identities,
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
        /// What the operating system says.
        why: String,
    },
    /// An earlier version of the workbook kept its buckets there, in another form.
    #[error("The folder of the buckets, {}, was made by an earlier version of the workbook, which kept objects as files.", .0.display())]
    Earlier(PathBuf),
    /// What is kept of the buckets cannot be read.
    #[error("What is kept of the buckets in {} cannot be read: {why}.", folder.display())]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What the database says.
        why: String,
    },
    /// S3 refused to create a bucket.
    #[error("{why}")]
    NotCreated {
        /// S3's answer.
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
    /// Opens the buckets in `folder`, and makes those that are not there.
    pub fn open(
        folder: &Path,
        buckets: &[Bucket],
        identities: Identities,
        clock: Clock,
    ) -> Result<Buckets, BucketsError> {
        let store = Store::open(folder).map_err(|error| match error {
            NotOpened::Unusable(why) => BucketsError::Folder { folder: folder.to_path_buf(), why },
            NotOpened::Earlier => BucketsError::Earlier(folder.to_path_buf()),
            NotOpened::Damaged(why) => BucketsError::Damaged { folder: folder.to_path_buf(), why },
        })?;
        let opened = Buckets { store, identities, clock };
        for bucket in buckets {
            opened.create(bucket)?;
        }
        opened.declare(buckets);
        Ok(opened)
    }

    /// The clock of the buckets.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Creates a bucket of a template; false where it is there already.
    pub(crate) fn create(&self, bucket: &Bucket) -> Result<bool, BucketsError> {
        let created = match is_bucket_name(&bucket.name) {
            false => Err(ErrorDocument::invalid_bucket_name(&bucket.name)),
            true => self.store.write(|rows| {
                let created = rows.create_bucket(&bucket.name, self.clock.epoch_millis())?;
                if created {
                    settings::set_defaults(rows, &bucket.name)?;
                }
                Ok(created)
            }),
        };
        created.map_err(|error| BucketsError::NotCreated { why: format!("{} ({})", error.message, bucket.name) })
    }

    /// Deletes a bucket; false while there are objects in it, which S3 does not delete for anybody.
    pub(crate) fn delete(&self, name: &str) -> bool {
        let deleted = self.store.write(|rows| {
            let is_empty = rows.is_empty(name)?;
            if is_empty {
                rows.delete_bucket(name)?;
            }
            Ok(is_empty)
        });
        deleted.unwrap_or(false)
    }

    /// Whether there is a bucket called `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.store.read(|rows| Ok(rows.bucket(name)?.is_some())).unwrap_or(false)
    }

    /// Gives the buckets the policies and settings of a deployment.
    pub(crate) fn declare(&self, buckets: &[Bucket]) {
        let set = self.store.write(|rows| buckets.iter().try_for_each(|bucket| settings::set_declared(rows, bucket)));
        // The log has what the database said.
        drop(set);
    }

    /// What is set of a bucket; none where it is not there.
    pub(crate) fn settings(&self, bucket: &str) -> Option<Settings> {
        let read = self.store.read(|rows| match rows.bucket(bucket)? {
            Some(_) => Settings::read(rows, bucket).map(Some),
            None => Ok(None),
        });
        read.ok().flatten()
    }

    /// Answers a call that the AWS endpoint passes on.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.blocking(move |buckets| buckets.respond(request)).await
    }

    /// The refusal of a call that its head alone is enough for; none where the body is needed to judge it.
    pub(crate) async fn refusal_of_head(&self, request: Request<()>) -> Option<Response<Bytes>> {
        let buckets = self.clone();
        let refusal = move || {
            let ids = RequestIds::draw(&buckets.clock);
            let (parts, ()) = request.into_parts();
            let mut verified = None;
            let mut answer = Exchange::judged_by_head(&buckets, &parts, &mut verified).err()?.xml(&ids);
            if let Some(key) = verified {
                answer.extensions_mut().insert(VerifiedKey(key));
            }
            ids.stamp(&mut answer);
            Some(answer)
        };
        tokio::task::spawn_blocking(refusal).await.ok().flatten()
    }

    /// The store works with files: that is not for the threads that serve everybody.
    async fn blocking(&self, work: impl FnOnce(&Buckets) -> Response<Bytes> + Send + 'static) -> Response<Bytes> {
        let buckets = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&buckets)).await;
        done.unwrap_or_else(|_| ErrorDocument::internal().xml(&RequestIds::draw(&self.clock)))
    }

    fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        let ids = RequestIds::draw(&self.clock);
        let (parts, body) = request.into_parts();
        let (bucket, key) = addressed(&parts.headers, parts.uri.path()).unwrap_or_default();
        // Rules are for pages of other origins alone. Those from before the call hold: it may change them.
        let origin = parts.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let rules = origin.and_then(|_| self.settings(&bucket)).map(|settings| settings.cors_rules());
        let mut answer = match parts.method {
            Method::OPTIONS => {
                cors::preflight(rules.as_deref(), &parts.headers, &key).unwrap_or_else(|error| error.xml(&ids))
            }
            _ => {
                let mut verified = None;
                let answered = Exchange::answered(self, &parts, body, &mut verified);
                let mut answer = answered.unwrap_or_else(|error| error.xml(&ids));
                if let Some(key) = verified {
                    answer.extensions_mut().insert(VerifiedKey(key));
                }
                if let Some(origin) = origin {
                    cors::add_to(&mut answer, &rules.unwrap_or_default(), &parts.method, origin);
                }
                answer
            }
        };
        if parts.method == Method::HEAD {
            *answer.body_mut() = Bytes::new();
        }
        ids.stamp(&mut answer);
        answer
    }

    /// Whether a CORS rule of `bucket` admits pages of `origin` to `method`.
    pub(crate) fn admits(&self, bucket: &str, origin: &str, method: &Method) -> bool {
        self.settings(bucket).is_some_and(|settings| cors::admits(&settings.cors_rules(), origin, method))
    }

    /// Reads an object without asking who reads. The answer is S3's: 200, or 404 with its XML.
    pub async fn object(&self, method: Method, bucket: &str, key: &str, headers: &HeaderMap) -> Response<Bytes> {
        self.object_version(method, (bucket, key), None, headers).await
    }

    /// As [`Buckets::object`], of the version that is called `version`, or of the latest.
    pub(crate) async fn object_version(
        &self,
        method: Method,
        (bucket, key): (&str, &str),
        version: Option<&str>,
        headers: &HeaderMap,
    ) -> Response<Bytes> {
        let (bucket, key, headers) = (bucket.to_string(), key.to_string(), headers.clone());
        let version = version.map(str::to_string);
        self.blocking(move |buckets| {
            let read = buckets.read_object(&method, (&bucket, &key), version.as_deref(), &headers);
            let mut answer = read.unwrap_or_else(|error| error.xml(&RequestIds::draw(&buckets.clock)));
            if method == Method::HEAD {
                *answer.body_mut() = Bytes::new();
            }
            answer
        })
        .await
    }

    fn read_object(
        &self,
        method: &Method,
        (bucket, key): (&str, &str),
        version: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Response<Bytes>, ErrorDocument> {
        // What a cache may ask an origin for.
        let mut conditional = HeaderMap::new();
        for name in [
            header::RANGE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::IF_MODIFIED_SINCE,
            header::IF_UNMODIFIED_SINCE,
        ] {
            if let Some(value) = headers.get(&name) {
                conditional.insert(name, value.clone());
            }
        }
        let mut exchange = Exchange::inner(self, method.clone(), bucket, key, conditional);
        exchange.call.parameters.extend(version.map(|version| ("versionId".to_string(), version.to_string())));
        exchange.get_object()
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
        let mut headers = HeaderMap::new();
        insert(&mut headers, "content-type", object.content_type);
        insert(&mut headers, "cache-control", object.cache_control);
        for (name, value) in metadata {
            insert(&mut headers, &format!("{METADATA}{name}"), value);
        }
        let (asked_bucket, asked_key, body) = (bucket.to_string(), key.to_string(), object.body);
        let answer = self
            .blocking(move |buckets| {
                let mut exchange = Exchange::inner(buckets, Method::PUT, &asked_bucket, &asked_key, headers);
                exchange.call.body = body;
                exchange.put_object().unwrap_or_else(|error| error.xml(&RequestIds::draw(&buckets.clock)))
            })
            .await;
        if answer.status().is_success() {
            return Ok(());
        }
        let why = format!("{} {}", answer.status(), String::from_utf8_lossy(answer.body()));
        Err(BucketsError::Refused { bucket: bucket.to_string(), key: key.to_string(), why })
    }

    /// The keys of a bucket, in their order, without asking who reads. Empty for a bucket that is not there.
    pub async fn keys(&self, bucket: &str) -> Vec<String> {
        let (buckets, bucket) = (self.clone(), bucket.to_string());
        let read = move || {
            buckets.store.read(|rows| {
                let (mut keys, mut from) = (Vec::new(), Bound::Unbounded);
                while let Some(object) = rows.next(&bucket, &from)? {
                    from = Bound::Excluded(object.key.clone().into_bytes());
                    keys.push(object.key);
                }
                Ok(keys)
            })
        };
        tokio::task::spawn_blocking(read).await.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// The error that S3 gives without an explanation.
    pub fn access_denied(&self) -> Response<Bytes> {
        ErrorDocument::access_denied().xml(&RequestIds::draw(&self.clock))
    }
}

/// What is put under a key.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    /// The media type, for browsers.
    pub content_type: &'a str,
    /// How long it may be kept.
    pub cache_control: &'a str,
    /// The bytes.
    pub body: Bytes,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket_name(name: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let reserved = ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|prefix| name.starts_with(prefix))
        || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|suffix| name.ends_with(suffix));
    (3..=63).contains(&name.len())
        && name.chars().all(|c| alphanumeric(c) || c == '-' || c == '.')
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric)
        && !name.contains("..")
        && !reserved
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

/// The names of the operations that S3 has here.
pub(crate) fn operations() -> Vec<&'static str> {
    operation::Operation::names()
}

#[cfg(test)]
mod tests;
