//! One call and its answer: who asks, whether they may, and the operation.
//!
//! The operations are grouped as S3's documentation groups them: `exchange/acl`, `exchange/bucket`, `exchange/configuration`, `exchange/listing`,
//! `exchange/object`, `exchange/copy`, `exchange/multipart`, `exchange/tagging`; `exchange/version` has the names of versions.

mod acl;
mod bucket;
mod configuration;
mod copy;
mod listing;
mod multipart;
mod object;
mod tagging;
mod version;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

use super::access::Asker;
use super::error::{ErrorDocument, insert};
use super::operation::{Asked, Operation};
use super::request::S3Call;
use super::settings::{Settings, document};
use super::store::{Rows, Versioning};
use super::{Buckets, authentication, context, form, is_bucket_name};
use local::service::CallContext;
use stack::ACCOUNT;

/// What every operation gives.
pub(super) type Answer = Result<Response<Bytes>, ErrorDocument>;

/// A call that is being answered.
pub(super) struct Exchange<'b> {
    pub(super) buckets: &'b Buckets,
    pub(super) call: S3Call,
    pub(super) asker: Asker,
}

impl<'b> Exchange<'b> {
    /// A call of the local cloud's own, which asks nobody.
    pub(super) fn inner(buckets: &'b Buckets, method: Method, bucket: &str, key: &str, headers: HeaderMap) -> Self {
        let (bucket, key) = (bucket.to_string(), key.to_string());
        let call = S3Call { method, bucket, key, headers, ..S3Call::default() };
        Exchange { buckets, call, asker: Asker::Learner }
    }

    /// The answer to a request of the AWS endpoint. `verified` becomes the key that it is signed with.
    pub(super) fn answered(buckets: &'b Buckets, parts: &Parts, body: Bytes, verified: &mut Option<String>) -> Answer {
        let mut call = S3Call::of(parts)?;
        // Nothing comes of them where the signature does not hold.
        if authentication::is_presigned(parts) {
            call.take_headers();
        }
        let asked = Asked::of(&call);
        if asked == Asked::For(Operation::PostObject) {
            call.body = body;
            return form::post_object(buckets, call, verified);
        }
        let authenticated = authentication::authenticate(parts, body, &buckets.identities, &buckets.clock)?;
        call.body = authenticated.body;
        call.headers.extend(authenticated.trailers);
        let asker = Asker::of(&buckets.identities, authenticated.access_key.as_deref());
        *verified = authenticated.access_key;
        let exchange = Exchange { buckets, call, asker };
        match asked {
            Asked::For(operation) => exchange.permitted(operation)?.carry_out(operation),
            Asked::LeftOut(name) => Err(ErrorDocument::not_implemented(&name)),
            Asked::NotAllowed(resource) => {
                Err(ErrorDocument::method_not_allowed(exchange.call.method.as_str(), resource))
            }
        }
    }

    /// Refuses what no body could change: a signature that does not hold, a bucket that is not there, a caller who may not. `verified`
    /// becomes the key that the request is signed with.
    pub(super) fn judged_by_head(
        buckets: &'b Buckets,
        parts: &Parts,
        verified: &mut Option<String>,
    ) -> Result<(), ErrorDocument> {
        let mut call = S3Call::of(parts)?;
        if authentication::is_presigned(parts) {
            call.take_headers();
        }
        let asked = Asked::of(&call);
        // A form says in its body who sends it.
        if asked == Asked::For(Operation::PostObject) {
            return Ok(());
        }
        let signed = authentication::signed(parts, &buckets.identities, &buckets.clock)?;
        *verified = signed.map(|(claim, _)| claim.access_key);
        let asker = Asker::of(&buckets.identities, verified.as_deref());
        let exchange = Exchange { buckets, call, asker };
        match asked {
            Asked::For(operation) => exchange.permitted(operation).map(drop),
            Asked::LeftOut(name) => Err(ErrorDocument::not_implemented(&name)),
            Asked::NotAllowed(resource) => {
                Err(ErrorDocument::method_not_allowed(exchange.call.method.as_str(), resource))
            }
        }
    }

    /// This exchange, if its bucket is there and its caller may do `operation`.
    fn permitted(self, operation: Operation) -> Result<Self, ErrorDocument> {
        let S3Call { bucket, key, .. } = &self.call;
        if operation == Operation::ListBuckets {
            self.may(&Settings::default(), &operation.action(false), "", None)?;
            return Ok(self);
        }
        if !is_bucket_name(bucket) {
            return Err(ErrorDocument::invalid_bucket_name(bucket));
        }
        if operation == Operation::CreateBucket {
            self.may(&Settings::default(), &operation.action(false), bucket, None)?;
            return Ok(self);
        }
        let settings = self.buckets.settings(bucket).ok_or_else(|| ErrorDocument::no_such_bucket(bucket))?;
        self.is_of_expected_owner()?;
        let action = operation.action(self.call.version().is_some());
        match operation {
            Operation::GetObject | Operation::HeadObject | Operation::GetObjectAttributes => {
                self.may_read(&settings, &action, (bucket, key), self.call.version())?;
            }
            // Their keys are in the body.
            Operation::DeleteObjects => {}
            _ => self.may(&settings, &action, bucket, Some(key.as_str()).filter(|key| !key.is_empty()))?,
        }
        self.has_no_own_key()?;
        if let Operation::PutObject | Operation::UploadPart = operation {
            self.call.has_length()?;
        }
        match operation {
            Operation::GetObject | Operation::HeadObject | Operation::GetObjectAttributes | Operation::UploadPart => {
                self.names_no_encryption()?;
            }
            _ => {}
        }
        Ok(self)
    }

    /// Whether the caller may do `action`.
    fn may(&self, settings: &Settings, action: &str, bucket: &str, key: Option<&str>) -> Result<(), ErrorDocument> {
        Ok(self.asker.check(settings, action, bucket, key, &self.context(action))?)
    }

    /// Whether the caller may read an object or the version of it, and know that it is not there.
    fn may_read(
        &self,
        settings: &Settings,
        action: &str,
        (bucket, key): (&str, &str),
        version: Option<&str>,
    ) -> Result<(), ErrorDocument> {
        let is_there = self.buckets.store.read(|rows| {
            let latest = rows.latest(bucket, key)?.is_some_and(|object| !object.is_marker);
            // A version is still there when the latest one is a delete marker.
            Ok(match version {
                Some(version) if !latest => rows.version(bucket, key, version)?.is_some(),
                _ => latest,
            })
        })?;
        Ok(self.asker.check_read(settings, action, (bucket, key), is_there, &self.context(action))?)
    }

    fn context(&self, action: &str) -> CallContext {
        let S3Call { headers, uri, .. } = &self.call;
        match action {
            "s3:ListBucket" | "s3:ListBucketVersions" => context::of_list(&self.buckets.clock, headers, uri),
            _ => context::of_call(&self.buckets.clock, headers, uri),
        }
    }

    /// Whoever brings a key believes that nobody reads the object without it, so the key is refused wherever it comes.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html>
    fn has_no_own_key(&self) -> Result<(), ErrorDocument> {
        let prefixes = ["x-amz-server-side-encryption-customer-", "x-amz-copy-source-server-side-encryption-customer-"];
        let names = self.call.headers.keys().map(http::HeaderName::as_str);
        let own = names.filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix))).min();
        own.map_or(Ok(()), |name| Err(ErrorDocument::not_implemented(name)))
    }

    /// A caller may say whose buckets it expects to find.
    fn is_of_expected_owner(&self) -> Result<(), ErrorDocument> {
        for name in ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"] {
            let Some(owner) = self.call.header(name) else { continue };
            if owner.len() != ACCOUNT.len() || !owner.bytes().all(|byte| byte.is_ascii_digit()) {
                let message =
                    format!("The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]");
                return Err(ErrorDocument::bad_request("InvalidBucketOwnerAWSAccountID", message));
            }
            if owner != ACCOUNT {
                return Err(ErrorDocument::access_denied());
            }
        }
        Ok(())
    }

    fn carry_out(&self, operation: Operation) -> Answer {
        match operation {
            Operation::AbortMultipartUpload => self.abort_multipart_upload(),
            Operation::CompleteMultipartUpload => self.complete_multipart_upload(),
            Operation::CopyObject => self.copy_object(),
            Operation::CreateBucket => self.create_bucket(),
            Operation::CreateMultipartUpload => self.create_multipart_upload(),
            Operation::DeleteBucket => self.delete_bucket(),
            Operation::DeleteObject => self.delete_object(),
            Operation::DeleteObjectTagging => self.delete_object_tagging(),
            Operation::DeleteObjects => self.delete_objects(),
            Operation::GetBucketLocation => self.get_bucket_location(),
            Operation::GetObject | Operation::HeadObject => self.get_object(),
            Operation::GetObjectAttributes => self.get_object_attributes(),
            Operation::GetObjectTagging => self.get_object_tagging(),
            Operation::HeadBucket => self.head_bucket(),
            Operation::ListBuckets => self.list_buckets(),
            Operation::ListMultipartUploads => self.list_multipart_uploads(),
            Operation::ListObjectVersions => self.list_object_versions(),
            Operation::ListObjects => self.list_objects(),
            Operation::ListObjectsV2 => self.list_objects_v2(),
            Operation::ListParts => self.list_parts(),
            Operation::PutObject => self.put_object(),
            Operation::PutObjectTagging => self.put_object_tagging(),
            Operation::UploadPart => self.upload_part(),
            Operation::UploadPartCopy => self.upload_part_copy(),
            Operation::GetBucketAcl | Operation::GetObjectAcl => self.get_acl(),
            Operation::PutBucketAcl | Operation::PutObjectAcl => self.put_acl(),
            Operation::GetBucketPolicyStatus => self.get_bucket_policy_status(),
            Operation::PostObject => Err(ErrorDocument::internal()),
            of_configuration => self.configure(of_configuration),
        }
    }

    /// The bucket's settings, in the same moment as what else is read or written; an error where it is gone.
    fn settings(&self, rows: &Rows<'_>) -> Result<Settings, ErrorDocument> {
        let bucket = &self.call.bucket;
        rows.bucket(bucket)?.ok_or_else(|| ErrorDocument::no_such_bucket(bucket))?;
        Settings::read(rows, bucket)
    }

    /// A name for the next version.
    fn new_version(&self, rows: &Rows<'_>) -> Result<String, ErrorDocument> {
        Ok(version::name(&self.buckets.clock.hex(8), rows.next_id()?))
    }
}

/// An answer without a body.
fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// An answer with a document that has this root.
fn xml(root: &str, content: &str) -> Response<Bytes> {
    as_xml(&document(root, content))
}

/// A document as an answer.
fn as_xml(document: &str) -> Response<Bytes> {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}");
    let mut response = Response::new(Bytes::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

/// `response` with the name of a version, of a bucket that has versions.
fn with_version(mut response: Response<Bytes>, versioning: Versioning, version: &str) -> Response<Bytes> {
    if versioning != Versioning::Off {
        insert(response.headers_mut(), "x-amz-version-id", version);
    }
    response
}

/// `"etag"`.
fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// The element with the owner of everything.
fn owner(name: &str) -> String {
    format!("<{name}><ID>{OWNER}</ID></{name}>")
}

/// The canonical id of the account, by which S3 calls owners.
const OWNER: &str = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
