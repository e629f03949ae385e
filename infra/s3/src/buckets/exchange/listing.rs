//! Lists of objects and of versions: page by page, grouped at a delimiter.
//!
//! Keys stand in the order of their bytes. Keys that are the same up to the first delimiter after the prefix count once, as a
//! common prefix.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>

use std::ops::Bound;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Answer, Exchange, owner, quoted, version, xml};
use crate::buckets::conditions::moment;
use crate::buckets::error::{ErrorDocument, insert};
use crate::buckets::store::{About, Rows, StoredObject};
use local::service::query_protocol::element;
use local::signature::encoded;
use stack::REGION;
use time::macros::format_description;

/// How many entries a page has at most.
const MOST: usize = 1000;

/// How keys are written into a list, where the caller asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Url,
}

/// A page of a list.
struct Page {
    entries: Vec<Entry>,
    /// The last entry, where there are more after it.
    last: Option<Entry>,
}

#[derive(Debug, Clone)]
enum Entry {
    Object(Box<StoredObject>),
    /// What several keys begin with.
    CommonPrefix(String),
}

/// A continuation token, which holds where a list goes on.
pub(super) fn token(key: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("1{key}"))
}

/// The key in a continuation token.
pub(super) fn untoken(token: &str) -> Result<String, ErrorDocument> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.as_deref().and_then(|text| text.strip_prefix('1')).map(str::to_string).ok_or_else(|| {
        ErrorDocument::invalid_argument("The continuation token provided is incorrect", "continuation-token", None)
    })
}

/// Milliseconds since 1970 as lists write them: `2026-01-01T09:30:00.000Z`.
pub(super) fn timestamp(millis: i64) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
    moment(millis).format(&form).unwrap_or_default()
}

impl Encoding {
    /// A key, or what else may hold any character. Slashes stay.
    pub(super) fn of(self, text: &str) -> String {
        match self {
            Encoding::Plain => text.to_string(),
            Encoding::Url => encoded(text).replace("%2F", "/"),
        }
    }

    pub(super) fn element(self) -> String {
        match self {
            Encoding::Plain => String::new(),
            Encoding::Url => element("EncodingType", "url"),
        }
    }
}

impl Exchange<'_> {
    pub(super) fn encoding(&self) -> Result<Encoding, ErrorDocument> {
        match self.call.parameter("encoding-type") {
            None => Ok(Encoding::Plain),
            Some("url") => Ok(Encoding::Url),
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                Err(ErrorDocument::invalid_argument(message, "encoding-type", Some(other)))
            }
        }
    }

    pub(super) fn prefix(&self) -> &str {
        self.call.parameter("prefix").unwrap_or_default()
    }

    /// An empty delimiter is none.
    pub(super) fn delimiter(&self) -> Option<&str> {
        self.call.parameter("delimiter").filter(|delimiter| !delimiter.is_empty())
    }

    /// What `key` has in common with others up to the delimiter; none where it stands for itself.
    pub(super) fn common_prefix(&self, key: &str) -> Option<String> {
        let (prefix, delimiter) = (self.prefix(), self.delimiter()?);
        let at = key.strip_prefix(prefix)?.find(delimiter)?;
        Some(key[..prefix.len() + at + delimiter.len()].to_string())
    }

    /// A page of at most `most` entries after `after`, which is a marker or where a list of version 2 starts, and which `next` finds
    /// one by one.
    fn page(
        &self,
        (after, is_marker): (&str, bool),
        most: usize,
        mut next: impl FnMut(&Bound<Vec<u8>>, Option<i64>) -> Result<Option<StoredObject>, ErrorDocument>,
        mut older_than: Option<i64>,
    ) -> Result<Page, ErrorDocument> {
        let prefix = self.prefix();
        let mut from = match self.common_prefix(after).filter(|_| older_than.is_none()) {
            // A page that ended with a common prefix named it. A marker among its keys is after all of them.
            Some(group) if group == after || is_marker => after_all(&group),
            _ if after < prefix => Bound::Included(prefix.as_bytes().to_vec()),
            _ if older_than.is_some() => Bound::Included(after.as_bytes().to_vec()),
            _ => Bound::Excluded(after.as_bytes().to_vec()),
        };
        let mut page = Page { entries: Vec::new(), last: None };
        if most == 0 {
            // A page without room is not asked for: nothing is truncated.
            return Ok(page);
        }
        while let Some(object) = next(&from, older_than)?.filter(|object| object.key.starts_with(prefix)) {
            if page.entries.len() == most {
                page.last = page.entries.last().cloned();
                break;
            }
            older_than = None;
            page.entries.push(match self.common_prefix(&object.key) {
                Some(group) => {
                    from = after_all(&group);
                    Entry::CommonPrefix(group)
                }
                None => {
                    older_than = Some(object.id);
                    from = Bound::Excluded(object.key.as_bytes().to_vec());
                    Entry::Object(Box::new(object))
                }
            });
        }
        Ok(page)
    }

    fn objects(&self, rows: &Rows<'_>, after: (&str, bool), most: usize) -> Result<Page, ErrorDocument> {
        self.settings(rows)?;
        let bucket = &self.call.bucket;
        self.page(after, most, |from, _| Ok(rows.next(bucket, from)?), None)
    }

    pub(super) fn list_objects(&self) -> Answer {
        let call = &self.call;
        let (encoding, most) = (self.encoding()?, call.count("max-keys", MOST)?);
        let marker = call.parameter("marker").unwrap_or_default();
        // Clients decode the markers of this list, and not its prefix.
        let page = self.buckets.store.read(|rows| self.objects(rows, (marker, true), most))?;
        let mut content = element("Name", &call.bucket) + &element("Prefix", self.prefix());
        content += &element("Marker", &encoding.of(marker));
        // Without a delimiter, the last key is the marker.
        if self.delimiter().is_some()
            && let Some(last) = &page.last
        {
            content += &element("NextMarker", &encoding.of(last.key()));
        }
        content += &self.rest_of(&page, encoding, most);
        content += &listed(&page, encoding, true);
        let mut response = xml("ListBucketResult", &content);
        insert(response.headers_mut(), "x-amz-bucket-region", REGION);
        Ok(response)
    }

    pub(super) fn list_objects_v2(&self) -> Answer {
        let call = &self.call;
        let (encoding, most) = (self.encoding()?, call.count("max-keys", MOST)?);
        let token_given = call.parameter("continuation-token");
        if token_given == Some("") {
            let message = "The continuation token provided is incorrect";
            return Err(ErrorDocument::invalid_argument(message, "continuation-token", None));
        }
        let start_after = call.parameter("start-after").unwrap_or_default();
        let after = token_given.map(untoken).transpose()?.unwrap_or_else(|| start_after.to_string());
        let page = self.buckets.store.read(|rows| self.objects(rows, (&after, false), most))?;
        let mut content = element("Name", &call.bucket) + &element("Prefix", &encoding.of(self.prefix()));
        content += &element("KeyCount", &page.entries.len().to_string());
        if let Some(token) = token_given {
            content += &element("ContinuationToken", token);
        }
        // A token says where the list goes on, and so the place where it began is no longer said.
        if !start_after.is_empty() && token_given.is_none() {
            content += &element("StartAfter", &encoding.of(start_after));
        }
        if let Some(last) = &page.last {
            content += &element("NextContinuationToken", &token(last.key()));
        }
        content += &self.rest_of(&page, encoding, most);
        content += &listed(&page, encoding, call.parameter("fetch-owner") == Some("true"));
        let mut response = xml("ListBucketResult", &content);
        insert(response.headers_mut(), "x-amz-bucket-region", REGION);
        Ok(response)
    }

    /// What both lists say of themselves.
    fn rest_of(&self, page: &Page, encoding: Encoding, most: usize) -> String {
        let delimiter = self.delimiter().map(|delimiter| element("Delimiter", &encoding.of(delimiter)));
        element("MaxKeys", &most.to_string())
            + &delimiter.unwrap_or_default()
            + &encoding.element()
            + &element("IsTruncated", &page.last.is_some().to_string())
    }

    pub(super) fn list_object_versions(&self) -> Answer {
        let call = &self.call;
        let (encoding, most) = (self.encoding()?, call.count("max-keys", MOST)?);
        let key_marker = call.parameter("key-marker").unwrap_or_default();
        let version_marker = call.parameter("version-id-marker");
        if let Some(name) = version_marker {
            let invalid =
                |message: &str| Err(ErrorDocument::invalid_argument(message, "version-id-marker", Some(name)));
            if name.is_empty() {
                return invalid("A version-id marker cannot be empty.");
            }
            if !call.has("key-marker") {
                return invalid("A version-id marker cannot be specified without a key marker.");
            }
            if !version::is_version(name) {
                return invalid("Invalid version id specified");
            }
        }
        let bucket = &call.bucket;
        let page = self.buckets.store.read(|rows| {
            self.settings(rows)?;
            let marked = match version_marker {
                Some(name) => match rows.version(bucket, key_marker, name)? {
                    Some(object) => Some(object.id),
                    // It may have been deleted since its page was read.
                    None => {
                        let next = rows.next_id()?;
                        version::place(name).filter(|place| *place < next)
                    }
                },
                None => None,
            };
            self.page(
                (key_marker, true),
                most,
                |from, older_than| Ok(rows.next_version(bucket, from, older_than)?),
                marked,
            )
        })?;
        let mut content = element("Name", bucket) + &element("Prefix", &encoding.of(self.prefix()));
        content += &element("KeyMarker", &encoding.of(key_marker));
        content += &element("VersionIdMarker", version_marker.unwrap_or_default());
        if let Some(last) = &page.last {
            content += &element("NextKeyMarker", &encoding.of(last.key()));
            if let Entry::Object(object) = last {
                content += &element("NextVersionIdMarker", &object.version);
            }
        }
        content += &self.rest_of(&page, encoding, most);
        for entry in &page.entries {
            if let Entry::Object(object) = entry {
                content += &described_version(object, encoding);
            }
        }
        content += &common_prefixes(&page, encoding);
        Ok(xml("ListVersionsResult", &content))
    }
}

impl Entry {
    fn key(&self) -> &str {
        match self {
            Entry::Object(object) => &object.key,
            Entry::CommonPrefix(prefix) => prefix,
        }
    }
}

/// Where the keys go on that do not begin with `prefix`. No text has the byte 255.
fn after_all(prefix: &str) -> Bound<Vec<u8>> {
    Bound::Included([prefix.as_bytes(), &[0xff]].concat())
}

fn listed(page: &Page, encoding: Encoding, with_owner: bool) -> String {
    let mut content = String::new();
    for entry in &page.entries {
        if let Entry::Object(object) = entry {
            let entry = element("Key", &encoding.of(&object.key)) + &described(object);
            let owner = if with_owner { owner("Owner") } else { String::new() };
            content += &format!("<Contents>{entry}{owner}{}</Contents>", storage_class(&object.about));
        }
    }
    content + &common_prefixes(page, encoding)
}

fn common_prefixes(page: &Page, encoding: Encoding) -> String {
    let prefixes = page.entries.iter().filter_map(|entry| match entry {
        Entry::CommonPrefix(prefix) => Some(common_prefix(prefix, encoding)),
        Entry::Object(_) => None,
    });
    prefixes.collect()
}

pub(super) fn common_prefix(prefix: &str, encoding: Encoding) -> String {
    format!("<CommonPrefixes>{}</CommonPrefixes>", element("Prefix", &encoding.of(prefix)))
}

fn described(object: &StoredObject) -> String {
    let mut content = element("LastModified", &timestamp(object.modified));
    content += &element("ETag", &quoted(&object.etag));
    if let Some(checksum) = &object.about.checksum {
        content += &element("ChecksumAlgorithm", checksum.algorithm.name());
        content += &element("ChecksumType", checksum.kind.name());
    }
    content + &element("Size", &object.size.to_string())
}

pub(super) fn storage_class(about: &About) -> String {
    let class = about.headers.get("x-amz-storage-class").map_or("STANDARD", String::as_str);
    element("StorageClass", class)
}

fn described_version(object: &StoredObject, encoding: Encoding) -> String {
    let name = if object.is_marker { "DeleteMarker" } else { "Version" };
    let mut content = element("Key", &encoding.of(&object.key)) + &element("VersionId", &object.version);
    content += &element("IsLatest", &object.is_latest.to_string());
    content += &match object.is_marker {
        true => element("LastModified", &timestamp(object.modified)),
        false => described(object) + &storage_class(&object.about),
    };
    content += &owner("Owner");
    format!("<{name}>{content}</{name}>")
}
