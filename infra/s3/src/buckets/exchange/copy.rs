//! `CopyObject`, and what it has in common with `UploadPartCopy`: the source, its conditions and its permission.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::listing::timestamp;
use super::object::find;
use super::{Answer, Exchange, quoted, with_version, xml};
use crate::buckets::checksum::{Algorithm, Checksum, Kind};
use crate::buckets::conditions::{self, Unsent, may_be_read};
use crate::buckets::error::{ErrorDocument, insert};
use crate::buckets::is_bucket_name;
use crate::buckets::store::{About, Body, Segment, StoredObject, Versioning};
use local::service::query_protocol::element;

/// The largest object that one call copies: 5 GiB.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

/// What is copied, opened.
pub(super) struct Source {
    pub(super) bucket: String,
    pub(super) object: StoredObject,
    pub(super) body: Body,
    pub(super) versioning: Versioning,
}

impl Source {
    /// The bytes of `range`.
    pub(super) fn read(self, range: std::ops::Range<u64>) -> Result<Bytes, ErrorDocument> {
        Ok(self.body.read(range)?)
    }
}

impl Exchange<'_> {
    /// The object that `x-amz-copy-source` names, if the caller may read it and its conditions hold.
    pub(super) fn source(&self) -> Result<Source, ErrorDocument> {
        let text = self.call.header("x-amz-copy-source").unwrap_or_default();
        let invalid =
            |message: &str| ErrorDocument::invalid_argument(message, "x-amz-copy-source", Some("x-amz-copy-source"));
        let (path, version) = match text.split_once("?versionId=") {
            Some((path, version)) => (path, Some(version.to_string())),
            None => (text, None),
        };
        // As in a form, a plus is a blank.
        let path = path.replace('+', " ");
        let path = percent_decode_str(&path).decode_utf8().map_err(|_| invalid("Invalid copy source encoding."))?;
        if path.starts_with("arn:") {
            return Err(ErrorDocument::not_implemented("access points"));
        }
        // It may be the address of the object.
        let address = ["http://", "https://"].iter().find_map(|scheme| path.strip_prefix(scheme));
        let path = address.and_then(|address| address.split_once('/')).map_or(path.as_ref(), |(_, path)| path);
        let path = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = path
            .split_once('/')
            .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
            .ok_or_else(|| invalid("Invalid copy source object key"))?;
        let settings = is_bucket_name(bucket).then(|| self.buckets.settings(bucket)).flatten();
        let settings = settings.ok_or_else(|| ErrorDocument::no_such_bucket(bucket))?;
        let action = if version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
        self.may_read(&settings, action, (bucket, key), version.as_deref())?;
        let (object, body) = self.buckets.store.read(|rows| {
            let object = match find(rows, bucket, key, version.as_deref(), "GET") {
                Err(error) if error.code == "MethodNotAllowed" => {
                    let message =
                        "The source of a copy request may not specifically refer to a delete marker by version id.";
                    return Err(ErrorDocument::bad_request("InvalidRequest", message));
                }
                found => found?,
            };
            match may_be_read(&object, &self.call.headers, "x-amz-copy-source-", self.buckets.clock.now()) {
                Ok(()) => {}
                Err(Unsent::Refused(error)) => return Err(error),
                Err(Unsent::NotModified) => {
                    return Err(ErrorDocument::precondition_failed("x-amz-copy-source-If-None-Match"));
                }
            }
            let body = self.buckets.store.open_body(&rows.segments(object.id)?)?;
            Ok((object, body))
        })?;
        Ok(Source { bucket: bucket.to_string(), object, body, versioning: settings.versioning() })
    }

    pub(super) fn copy_object(&self) -> Answer {
        let call = &self.call;
        let replaces = self.directive("x-amz-metadata-directive")?;
        let replaces_tags = self.directive("x-amz-tagging-directive")?;
        let given = self.about()?;
        let source = self.source()?;
        let is_itself = source.bucket == call.bucket && source.object.key == call.key && source.object.is_latest;
        // A bucket that somebody has set an encryption of encrypts the copy anew.
        let encrypts = self.buckets.settings(&call.bucket).is_some_and(|set| set.document("encryption").is_some());
        let changes = replaces
            || encrypts
            || ["x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption"]
                .iter()
                .any(|name| call.headers.contains_key(*name));
        if is_itself && !changes {
            let message = "This copy request is illegal because it is trying to copy an object to itself without changing the \
                           object's metadata, storage class, website redirect location or encryption attributes.";
            return Err(ErrorDocument::bad_request("InvalidRequest", message));
        }
        if source.object.size > LARGEST {
            let message =
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
            return Err(ErrorDocument::bad_request("InvalidRequest", message));
        }
        let algorithm = call.header("x-amz-checksum-algorithm").map(Algorithm::named).transpose()?;
        let (size, version, versioned) = (source.object.size, source.object.version.clone(), source.versioning);
        let about = copied(&source.object.about, given, replaces, replaces_tags);
        let kept = source.object.about.checksum.clone();
        let body = source.read(0..size)?;
        // A copy is one piece, whatever the source was put together of.
        let etag = crate::buckets::checksum::md5(&http::HeaderMap::new(), &body, false)?;
        let algorithm = algorithm.or(kept.map(|checksum| checksum.algorithm)).unwrap_or(Algorithm::Crc64Nvme);
        let checksum = Checksum { algorithm, value: algorithm.value(&body), kind: Kind::FullObject };
        let about = About { checksum: Some(checksum.clone()), ..about };
        let written = self.buckets.store.write_body(&body)?;
        let segments = vec![Segment { number: 1, file: written.file().to_string(), size, checksum: None }];
        let (named, versioning, modified) = self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            let there = rows.latest(&call.bucket, &call.key)?;
            conditions::may_be_written(there.as_ref(), &call.headers, &call.key)?;
            let (named, versioning) = self.put(rows, &settings, etag.clone(), about, segments)?;
            let put = rows.latest(&call.bucket, &call.key)?;
            Ok((named, versioning, put.map_or(0, |object| object.modified)))
        })?;
        written.keep();
        let content = element("LastModified", &timestamp(modified))
            + &element("ETag", &quoted(&etag))
            + &element(&checksum.algorithm.element(), &checksum.value)
            + &element("ChecksumType", checksum.kind.name());
        let mut response = xml("CopyObjectResult", &content);
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        if versioned != Versioning::Off && version != "null" {
            insert(response.headers_mut(), "x-amz-copy-source-version-id", &version);
        }
        Ok(with_version(response, versioning, &named))
    }

    /// Whether a directive says `REPLACE` rather than `COPY`.
    fn directive(&self, name: &str) -> Result<bool, ErrorDocument> {
        match self.call.header(name) {
            None | Some("COPY") => Ok(false),
            Some("REPLACE") => Ok(true),
            Some(other) => {
                let what = if name.contains("tagging") { "tagging" } else { "metadata" };
                Err(ErrorDocument::invalid_argument(&format!("Unknown {what} directive."), name, Some(other)))
            }
        }
    }
}

/// What is said of a copy: what was said of its source, or what the caller says. How it is stored, and where a website sends its
/// readers, is never copied.
fn copied(source: &About, given: About, replaces: bool, replaces_tags: bool) -> About {
    let own = ["x-amz-storage-class", "x-amz-website-redirect-location"];
    let mut about = About::default();
    let headers = if replaces { &given.headers } else { &source.headers };
    about.headers =
        headers.iter().filter(|(name, _)| !own.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect();
    for name in own {
        if let Some(value) = given.headers.get(name) {
            about.headers.insert(name.to_string(), value.clone());
        }
    }
    about.tags = if replaces_tags { given.tags } else { source.tags.clone() };
    about
}
