//! Operations on objects: put, get, head, delete, attributes.

use std::ops::Range;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};

use super::listing::storage_class;
use super::version::is_version;
use super::{Answer, Exchange, empty, quoted, with_version, xml};
use crate::buckets::DEFAULT_CONTENT_TYPE;
use crate::buckets::access::Asker;
use crate::buckets::checksum::{self, Checksum, Kind};
use crate::buckets::conditions::{self, Unsent, may_be_read, moment, written};
use crate::buckets::encoded_word::{decoded, encoded};
use crate::buckets::error::{ErrorDocument, insert};
use crate::buckets::request::METADATA;
use crate::buckets::settings::Settings;
use crate::buckets::store::{About, NewObject, Rows, Segment, StoredObject, Versioning};
use crate::buckets::xml::Element;
use local::service::query_protocol::element;

/// Headers that come back with an object as they were sent.
const KEPT: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-website-redirect-location",
];
/// How much metadata of its own an object may have, in bytes.
const MOST_METADATA: usize = 2048;
/// Storage classes that S3 has; only how long things take, and what they cost, would differ.
const STORAGE_CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];
/// Those whose objects must be restored before they are read, which the local cloud cannot.
const ARCHIVES: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];
/// What a query parameter puts in the place of a header of the answer.
const OVERRIDES: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];
/// The header that says with what an object is encrypted.
const ENCRYPTION: &str = "x-amz-server-side-encryption";
/// Those that say with which key of the key service, and under which context.
const OF_A_KEY: [&str; 2] = ["x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-context"];
/// How many keys can be deleted at once.
const MOST_DELETED: usize = 1000;

/// Some bytes of an object, opened.
struct Selected {
    bytes: Range<u64>,
    /// Whether that is less than the object.
    is_partial: bool,
    /// The number of parts, where one of them was asked for.
    parts: Option<u32>,
    /// The checksum of that part.
    checksum: Option<String>,
}

impl Exchange<'_> {
    // -- what is said of an object -------------------------------------------------------------------------------------------

    /// What the headers of an upload say of the object.
    pub(super) fn about(&self) -> Result<About, ErrorDocument> {
        let mut about = About { tags: self.tags_of_header()?, ..About::default() };
        let mut metadata = 0;
        for (name, value) in &self.call.headers {
            let (name, bytes) = (name.as_str(), value.as_bytes());
            if let Some(own) = name.strip_prefix(METADATA) {
                metadata += own.len() + bytes.len();
                let value = String::from_utf8_lossy(bytes).into_owned();
                // S3 keeps what is encoded as the text that it stands for, and encodes that anew.
                let value = decoded(&value).map_or(value, |text| encoded(&text));
                // Several of one name become one.
                let entry = about.headers.entry(name.to_string()).or_default();
                *entry = if entry.is_empty() { value } else { format!("{entry},{value}") };
            } else if KEPT.contains(&name) {
                // Each byte is a character, so that it comes back as it was sent.
                about.headers.insert(name.to_string(), bytes.iter().copied().map(char::from).collect());
            }
        }
        if metadata > MOST_METADATA {
            let message = "Your metadata headers exceed the maximum allowed metadata size";
            let error = ErrorDocument::bad_request("MetadataTooLarge", message);
            return Err(error.with("Size", metadata.to_string()).with("MaxSizeAllowed", MOST_METADATA.to_string()));
        }
        about.headers.entry("content-type".to_string()).or_insert_with(|| DEFAULT_CONTENT_TYPE.to_string());
        // How the body travelled is not what it is.
        if let Some(encoding) = about.headers.remove("content-encoding") {
            let rest = encoding.split(',').map(str::trim).filter(|part| *part != "aws-chunked" && !part.is_empty());
            let rest = rest.collect::<Vec<_>>().join(", ");
            if !rest.is_empty() {
                about.headers.insert("content-encoding".to_string(), rest);
            }
        }
        if let Some(location) = about.headers.get("x-amz-website-redirect-location")
            && !["/", "http://", "https://"].iter().any(|start| location.starts_with(start))
        {
            let message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
            return Err(ErrorDocument::bad_request("InvalidRedirectLocation", message));
        }
        match self.call.header("x-amz-storage-class") {
            None | Some("STANDARD") => {}
            Some(class) if ARCHIVES.contains(&class) => {
                return Err(ErrorDocument::not_implemented(&format!("x-amz-storage-class {class}")));
            }
            Some(class) if STORAGE_CLASSES.contains(&class) => {
                about.headers.insert("x-amz-storage-class".to_string(), class.to_string());
            }
            Some(class) => {
                let message = "The storage class you specified is not valid";
                let error = ErrorDocument::bad_request("InvalidStorageClass", message);
                return Err(error.with("StorageClassRequested", class));
            }
        }
        self.takes_encryption()?;
        self.takes_no_acl()?;
        Ok(about)
    }

    /// Every object is encrypted with S3's own keys. What else there is, is refused by name; keys of the caller's own are refused of
    /// every operation.
    fn takes_encryption(&self) -> Result<(), ErrorDocument> {
        let name = ENCRYPTION;
        let given = self.call.header(name);
        let is_of_a_key = |name: &&str| self.call.headers.contains_key(*name);
        if !given.is_some_and(|given| given.starts_with("aws:kms")) && OF_A_KEY.iter().any(is_of_a_key) {
            let message =
                format!("Server Side Encryption with AWS KMS managed key requires HTTP header {name} : aws:kms");
            return Err(ErrorDocument::invalid_argument(&message, name, given));
        }
        match given {
            None | Some("AES256") => {}
            Some(kms @ ("aws:kms" | "aws:kms:dsse")) => {
                return Err(ErrorDocument::not_implemented(&format!("{name} {kms}")));
            }
            // <https://github.com/aws/aws-sdk-cpp/issues/1771> has the service's words.
            Some(other) => {
                let message = "The encryption method specified is not supported";
                return Err(ErrorDocument::invalid_argument(message, name, Some(other)));
            }
        }
        let lock = ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold"];
        match lock.iter().find(|name| self.call.headers.contains_key(**name)) {
            Some(name) => Err(ErrorDocument::not_implemented(name)),
            None => Ok(()),
        }
    }

    /// The encryption is of an upload: who reads an object, or fills an upload in parts, has nothing to say about it.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    pub(super) fn names_no_encryption(&self) -> Result<(), ErrorDocument> {
        let message = format!("{ENCRYPTION} header is not supported for this operation.");
        let refused = |given| ErrorDocument::invalid_argument(&message, ENCRYPTION, Some(given));
        self.call.header(ENCRYPTION).map_or(Ok(()), |given| Err(refused(given)))
    }

    // -- put -----------------------------------------------------------------------------------------------------------------

    pub(in crate::buckets) fn put_object(&self) -> Answer {
        let call = &self.call;
        if call.headers.contains_key("x-amz-write-offset-bytes") {
            return Err(ErrorDocument::header_not_implemented("x-amz-write-offset-bytes"));
        }
        let mut about = self.about()?;
        let etag = checksum::md5(&call.headers, &call.body, false)?;
        let checksum = checksum::verified(checksum::claimed(&call.headers)?.as_ref(), &call.body)?;
        about.checksum = Some(checksum.clone());
        let body = self.buckets.store.write_body(&call.body)?;
        let segments =
            vec![Segment { number: 1, file: body.file().to_string(), size: call.body.len() as u64, checksum: None }];
        let (version, versioning) = self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            let there = rows.latest(&call.bucket, &call.key)?;
            conditions::may_be_written(there.as_ref(), &call.headers, &call.key)?;
            self.put(rows, &settings, etag.clone(), about, segments)
        })?;
        body.keep();
        let mut response = empty(StatusCode::OK);
        insert(response.headers_mut(), "etag", &quoted(&etag));
        add_checksum(response.headers_mut(), &checksum);
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        // Where versioning is suspended, the version is called null, and a put does not say so.
        Ok(if versioning == Versioning::Enabled { with_version(response, versioning, &version) } else { response })
    }

    /// Puts an object under the key of the call.
    pub(super) fn put(
        &self,
        rows: &Rows<'_>,
        settings: &Settings,
        etag: String,
        about: About,
        segments: Vec<Segment>,
    ) -> Result<(String, Versioning), ErrorDocument> {
        let new = NewObject {
            bucket: &self.call.bucket,
            key: &self.call.key,
            version: self.new_version(rows)?,
            is_marker: false,
            modified: self.buckets.clock.epoch_millis(),
            etag,
            about,
            segments,
        };
        let versioning = settings.versioning();
        Ok((rows.put(new, versioning)?, versioning))
    }

    // -- get -----------------------------------------------------------------------------------------------------------------

    /// The object that the call names, or the version of it.
    pub(super) fn named_object(&self, rows: &Rows<'_>) -> Result<StoredObject, ErrorDocument> {
        let call = &self.call;
        find(rows, &call.bucket, &call.key, call.version(), call.method.as_str())
    }

    /// `GetObject`, and `HeadObject` but for the body.
    pub(in crate::buckets) fn get_object(&self) -> Answer {
        let call = &self.call;
        let overrides = OVERRIDES.iter().filter_map(|(parameter, name)| Some((*name, call.parameter(parameter)?)));
        let overrides: Vec<(&str, &str)> = overrides.collect();
        if !overrides.is_empty() && matches!(self.asker, Asker::Anybody) {
            let message = "Request specific response headers cannot be used for anonymous GET requests.";
            return Err(ErrorDocument::bad_request("InvalidRequest", message));
        }
        let is_head = call.method == Method::HEAD;
        let opened = self.buckets.store.read(|rows| {
            let settings = self.settings(rows)?;
            let object = self.named_object(rows)?;
            match may_be_read(&object, &call.headers, "", self.buckets.clock.now()) {
                Err(Unsent::Refused(error)) => return Err(error),
                Err(Unsent::NotModified) => return Ok((object, settings, None)),
                Ok(()) => {}
            }
            let segments = rows.segments(object.id)?;
            let selected = self.selected(&object, &segments)?;
            let body = if is_head { None } else { Some(self.buckets.store.open_body(&segments)?) };
            Ok((object, settings, Some((selected, body))))
        });
        let (object, settings, found) = opened?;
        let Some((selected, body)) = found else {
            let mut response = empty(StatusCode::NOT_MODIFIED);
            add_state(response.headers_mut(), &object);
            return Ok(with_version(response, settings.versioning(), &object.version));
        };
        let length = selected.bytes.end - selected.bytes.start;
        let content = match body {
            Some(body) => body.read(selected.bytes.clone())?,
            None => Bytes::new(),
        };
        let mut response = Response::new(content);
        let headers = response.headers_mut();
        for (name, value) in &object.about.headers {
            insert(headers, name, value);
        }
        for (name, value) in overrides {
            insert(headers, name, value);
        }
        add_state(headers, &object);
        insert(headers, "accept-ranges", "bytes");
        insert(headers, "content-length", &length.to_string());
        insert(headers, "x-amz-server-side-encryption", "AES256");
        if !object.about.tags.is_empty() {
            insert(headers, "x-amz-tagging-count", &object.about.tags.len().to_string());
        }
        if let Some(parts) = selected.parts {
            insert(headers, "x-amz-mp-parts-count", &parts.to_string());
        }
        let shows_checksum =
            call.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"));
        if let Some(checksum) = object.about.checksum.as_ref().filter(|_| shows_checksum) {
            match &selected.checksum {
                // One of the whole object says nothing of its parts.
                Some(value) if checksum.kind == Kind::Composite => {
                    add_checksum(headers, &Checksum { value: value.clone(), ..checksum.clone() });
                }
                _ if selected.bytes != (0..object.size) => {}
                _ => add_checksum(headers, checksum),
            }
        }
        if selected.is_partial {
            let Range { start, end } = selected.bytes;
            let last = end.saturating_sub(1);
            insert(headers, "content-range", &format!("bytes {start}-{last}/{}", object.size));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Ok(with_version(response, settings.versioning(), &object.version))
    }

    /// Which bytes of an object are asked for.
    fn selected(&self, object: &StoredObject, segments: &[Segment]) -> Result<Selected, ErrorDocument> {
        let call = &self.call;
        let range = call.header("range");
        if let Some(number) = call.parameter("partNumber") {
            if range.is_some() {
                let message = "Cannot specify both Range header and partNumber query parameter";
                return Err(ErrorDocument::bad_request("InvalidRequest", message));
            }
            let wanted = super::multipart::part_number(number)?;
            let actual = object.about.parts.unwrap_or(1);
            let mut begin = 0;
            for segment in segments {
                if segment.number == wanted {
                    let bytes = begin..begin + segment.size;
                    let checksum = segment.checksum.clone();
                    return Ok(Selected { bytes, is_partial: true, parts: object.about.parts, checksum });
                }
                begin += segment.size;
            }
            let message = "The requested partnumber is not satisfiable";
            return Err(ErrorDocument::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidPartNumber", message)
                .with("PartNumberRequested", wanted.to_string())
                .with("ActualPartCount", actual.to_string()));
        }
        let asked = range.map(|range| conditions::range(range, object.size)).transpose()?.flatten();
        let is_partial = asked.is_some();
        Ok(Selected { bytes: asked.unwrap_or(0..object.size), is_partial, parts: None, checksum: None })
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
    pub(super) fn get_object_attributes(&self) -> Answer {
        let asked: Vec<&str> =
            self.call.header("x-amz-object-attributes").unwrap_or_default().split(',').map(str::trim).collect();
        let known = ["Checksum", "ETag", "ObjectParts", "ObjectSize", "StorageClass"];
        if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
            let message = "Invalid attribute name specified.";
            return Err(ErrorDocument::invalid_argument(message, "x-amz-object-attributes", Some(unknown)));
        }
        let (object, segments, settings) = self.buckets.store.read(|rows| {
            let settings = self.settings(rows)?;
            let object = self.named_object(rows)?;
            let segments = rows.segments(object.id)?;
            Ok((object, segments, settings))
        })?;
        let mut content = String::new();
        if asked.contains(&"ETag") {
            content += &element("ETag", &object.etag);
        }
        if asked.contains(&"Checksum")
            && let Some(Checksum { algorithm, value, kind }) = &object.about.checksum
        {
            // A composite one is shown here without the number of its parts.
            let value = value.split('-').next().unwrap_or_default();
            let checksum = element(&algorithm.element(), value) + &element("ChecksumType", kind.name());
            content += &format!("<Checksum>{checksum}</Checksum>");
        }
        if asked.contains(&"ObjectParts")
            && let Some(parts) = object.about.parts
        {
            let composite = object.about.checksum.as_ref().filter(|checksum| checksum.kind == Kind::Composite);
            content += &self.object_parts(parts, &segments, composite)?;
        }
        if asked.contains(&"StorageClass") {
            content += &storage_class(&object.about);
        }
        if asked.contains(&"ObjectSize") {
            content += &element("ObjectSize", &object.size.to_string());
        }
        let mut response = xml("GetObjectAttributesResponse", &content);
        insert(response.headers_mut(), "last-modified", &written(moment(object.modified)));
        Ok(with_version(response, settings.versioning(), &object.version))
    }

    /// The parts of an object that has a checksum of them; of any other only how many there were.
    fn object_parts(
        &self,
        parts: u32,
        segments: &[Segment],
        composite: Option<&Checksum>,
    ) -> Result<String, ErrorDocument> {
        let mut content = element("PartsCount", &parts.to_string());
        if let Some(checksum) = composite {
            let number = |name: &str, most: u32| match self.call.header(name) {
                Some(text) => text.parse().map_err(|_| ErrorDocument::invalid_argument("", name, Some(text))),
                None => Ok(most),
            };
            let (marker, most) = (number("x-amz-part-number-marker", 0)?, number("x-amz-max-parts", 1000)?.min(1000));
            let mut wanted = segments.iter().filter(|segment| segment.number > marker);
            let page: Vec<_> = wanted.by_ref().take(most as usize).collect();
            let last = page.last().map_or(0, |segment| segment.number);
            content += &element("PartNumberMarker", &marker.to_string());
            content += &element("NextPartNumberMarker", &last.to_string());
            content += &element("MaxParts", &most.to_string());
            content += &element("IsTruncated", &wanted.next().is_some().to_string());
            for segment in page {
                let value = segment.checksum.as_deref().unwrap_or_default();
                let part = element(&checksum.algorithm.element(), value)
                    + &element("PartNumber", &segment.number.to_string())
                    + &element("Size", &segment.size.to_string());
                content += &format!("<Part>{part}</Part>");
            }
        }
        Ok(format!("<ObjectParts>{content}</ObjectParts>"))
    }

    // -- delete --------------------------------------------------------------------------------------------------------------

    pub(super) fn delete_object(&self) -> Answer {
        let call = &self.call;
        for name in ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"] {
            if call.headers.contains_key(name) {
                return Err(ErrorDocument::header_not_implemented(name));
            }
        }
        self.bypasses_nothing()?;
        if let Some(version) = call.version()
            && !is_version(version)
        {
            return Err(ErrorDocument::invalid_argument("Invalid version id specified", "versionId", Some(version)));
        }
        let deleted = self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            self.may_be_deleted(rows, &call.key, call.header("if-match"))?;
            self.delete(rows, &settings, &call.key, call.version())
        })?;
        let mut response = empty(StatusCode::NO_CONTENT);
        if deleted.is_marker {
            insert(response.headers_mut(), "x-amz-delete-marker", "true");
        }
        if let Some(version) = &deleted.version {
            insert(response.headers_mut(), "x-amz-version-id", version);
        }
        Ok(response)
    }

    /// No bucket here has locks that could be bypassed.
    fn bypasses_nothing(&self) -> Result<(), ErrorDocument> {
        let header = "x-amz-bypass-governance-retention";
        if !self.call.headers.contains_key(header) {
            return Ok(());
        }
        let message = format!("{header} is only applicable to Object Lock enabled buckets.");
        Err(ErrorDocument::invalid_argument(&message, header, None))
    }

    /// Whether the latest object is the one that the caller wants to delete, if it says which.
    fn may_be_deleted(&self, rows: &Rows<'_>, key: &str, etag: Option<&str>) -> Result<(), ErrorDocument> {
        let Some(tag) = etag else { return Ok(()) };
        let there = rows.latest(&self.call.bucket, key)?.filter(|object| !object.is_marker);
        let there = there.ok_or_else(|| ErrorDocument::no_such_key(key))?;
        match tag == "*" || tag.trim_matches('"') == there.etag {
            true => Ok(()),
            false => Err(ErrorDocument::precondition_failed("If-Match")),
        }
    }

    /// Deletes an object: in a bucket with versions, by a marker.
    fn delete(
        &self,
        rows: &Rows<'_>,
        settings: &Settings,
        key: &str,
        version: Option<&str>,
    ) -> Result<Deleted, ErrorDocument> {
        let bucket = &self.call.bucket;
        if let Some(version) = version {
            let found = rows.version(bucket, key, version)?;
            if let Some(object) = &found {
                rows.remove(bucket, object)?;
            }
            let is_marker = found.is_some_and(|object| object.is_marker);
            return Ok(Deleted { version: Some(version.to_string()), is_marker });
        }
        let versioning = settings.versioning();
        if versioning == Versioning::Off {
            if let Some(object) = rows.latest(bucket, key)? {
                rows.remove(bucket, &object)?;
            }
            return Ok(Deleted { version: None, is_marker: false });
        }
        let marker = NewObject {
            bucket,
            key,
            version: self.new_version(rows)?,
            is_marker: true,
            modified: self.buckets.clock.epoch_millis(),
            etag: String::new(),
            about: About::default(),
            segments: Vec::new(),
        };
        Ok(Deleted { version: Some(rows.put(marker, versioning)?), is_marker: true })
    }

    /// Each key is judged and deleted by itself.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
    pub(super) fn delete_objects(&self) -> Answer {
        let call = &self.call;
        self.bypasses_nothing()?;
        let claimed = checksum::claimed(&call.headers)?;
        checksum::required(&call.headers, claimed.as_ref())?;
        checksum::md5(&call.headers, &call.body, false)?;
        checksum::verified(claimed.as_ref(), &call.body)?;
        let root = Element::root(&call.body, "Delete")?;
        let objects: Vec<&Element> = root.all("Object").collect();
        if objects.is_empty() || objects.len() > MOST_DELETED {
            return Err(ErrorDocument::malformed_xml());
        }
        let is_quiet = root.text_of("Quiet").is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let mut content = String::new();
        for object in objects {
            let key = object.required("Key")?;
            let version = object.text_of("VersionId").filter(|version| !version.is_empty());
            match self.delete_one(key, version, object.text_of("ETag")) {
                Ok(_) if is_quiet => {}
                Ok(deleted) => {
                    let mut entry = element("Key", key);
                    if let Some(version) = version {
                        entry += &element("VersionId", version);
                    }
                    if deleted.is_marker {
                        entry += &element("DeleteMarker", "true");
                        entry += &element("DeleteMarkerVersionId", &deleted.version.unwrap_or_default());
                    }
                    content += &format!("<Deleted>{entry}</Deleted>");
                }
                Err(error) => {
                    let version = version.map(|version| element("VersionId", version)).unwrap_or_default();
                    let (code, message) = (element("Code", &error.code), element("Message", &error.message));
                    content += &format!("<Error>{}{version}{code}{message}</Error>", element("Key", key));
                }
            }
        }
        Ok(xml("DeleteResult", &content))
    }

    fn delete_one(&self, key: &str, version: Option<&str>, etag: Option<&str>) -> Result<Deleted, ErrorDocument> {
        let bucket = &self.call.bucket;
        let action = if version.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
        self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            self.may(&settings, action, bucket, Some(key))?;
            if let Some(version) = version
                && !is_version(version)
            {
                return Err(ErrorDocument::no_such_version(key, version));
            }
            self.may_be_deleted(rows, key, etag)?;
            self.delete(rows, &settings, key, version)
        })
    }
}

/// What a deletion did.
struct Deleted {
    /// The version that it removed, or the marker's.
    version: Option<String>,
    is_marker: bool,
}

/// The latest version of an object, or the one called `version`; an error where that is a delete marker.
pub(super) fn find(
    rows: &Rows<'_>,
    bucket: &str,
    key: &str,
    version: Option<&str>,
    method: &str,
) -> Result<StoredObject, ErrorDocument> {
    let marked = |error: ErrorDocument, object: &StoredObject| {
        error.with_header("x-amz-delete-marker", "true").with_header("x-amz-version-id", &object.version)
    };
    match version {
        None => match rows.latest(bucket, key)? {
            Some(object) if object.is_marker => Err(marked(ErrorDocument::no_such_key(key), &object)),
            Some(object) => Ok(object),
            None => Err(ErrorDocument::no_such_key(key)),
        },
        Some(version) if !is_version(version) => {
            Err(ErrorDocument::invalid_argument("Invalid version id specified", "versionId", Some(version)))
        }
        Some(version) => match rows.version(bucket, key, version)? {
            Some(object) if object.is_marker => {
                let method = if method == "HEAD" { "GET" } else { method };
                let error = marked(ErrorDocument::method_not_allowed(method, "DeleteMarker"), &object);
                let error = error.with_header("allow", "DELETE");
                Err(error.with_header("last-modified", written(moment(object.modified))))
            }
            Some(object) => Ok(object),
            None => Err(ErrorDocument::no_such_version(key, version)),
        },
    }
}

/// The headers by which a cache knows an object again.
fn add_state(headers: &mut HeaderMap, object: &StoredObject) {
    insert(headers, "etag", &quoted(&object.etag));
    insert(headers, "last-modified", &written(moment(object.modified)));
}

/// The checksum of an object, with what it is of.
pub(super) fn add_checksum(headers: &mut HeaderMap, checksum: &Checksum) {
    insert(headers, checksum.algorithm.header(), &checksum.value);
    insert(headers, "x-amz-checksum-type", checksum.kind.name());
}
