//! Uploads in parts: begun, filled, listed, completed or aborted.
//!
//! The parts become the object as they lie: nothing is copied, and until the upload is completed there is no object.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use http::StatusCode;

use super::listing::{common_prefix, storage_class, timestamp};
use super::{Answer, Exchange, empty, owner, quoted, with_version, xml};
use crate::buckets::access::Asker;
use crate::buckets::checksum::{self, Algorithm, Checksum, Kind};
use crate::buckets::conditions;
use crate::buckets::error::{ErrorDocument, insert};
use crate::buckets::store::{Part, Rows, Segment, StoredObject, Upload, Versioning};
use crate::buckets::xml::Element;
use local::service::query_protocol::element;

/// The smallest part but the last one: 5 MiB.
const SMALLEST: u64 = 5 * 1024 * 1024;
/// How many parts there may be.
const MOST_PARTS: u32 = 10_000;
/// How many parts or uploads a list has at most.
const MOST_LISTED: usize = 1000;

/// A part as the completion names it.
struct NamedPart<'r> {
    number: u32,
    etag: &'r str,
    checksum: Option<(Algorithm, &'r str)>,
}

/// The number of a part.
pub(super) fn part_number(text: &str) -> Result<u32, ErrorDocument> {
    text.parse().ok().filter(|number| (1..=MOST_PARTS).contains(number)).ok_or_else(|| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        ErrorDocument::invalid_argument(message, "partNumber", Some(text))
    })
}

impl Exchange<'_> {
    pub(super) fn create_multipart_upload(&self) -> Answer {
        let call = &self.call;
        let invalid = |message: String| ErrorDocument::bad_request("InvalidRequest", message);
        let about = self.about()?;
        let algorithm = call.header("x-amz-checksum-algorithm").map(Algorithm::named).transpose()?;
        let kind = match call.header("x-amz-checksum-type") {
            None => None,
            Some(name) => {
                Some(Kind::of(name).ok_or_else(|| invalid("Value for x-amz-checksum-type header is invalid.".into()))?)
            }
        };
        let checksum = match (algorithm, kind) {
            (None, None) => None,
            (None, Some(_)) => {
                let message =
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
                return Err(invalid(message.to_string()));
            }
            (Some(algorithm), kind) => {
                let kind = kind.unwrap_or_else(|| algorithm.kind_of_parts());
                if !algorithm.takes(kind) {
                    let (kind, algorithm) = (kind.name(), algorithm.name().to_lowercase());
                    let message =
                        format!("The {kind} checksum type cannot be used with the {algorithm} checksum algorithm.");
                    return Err(invalid(message));
                }
                Some((algorithm, kind))
            }
        };
        let upload = Upload {
            id: 0,
            name: self.buckets.clock.hex(64),
            bucket: call.bucket.clone(),
            key: call.key.clone(),
            initiated: self.buckets.clock.epoch_millis(),
            about,
            checksum,
        };
        self.buckets.store.write(|rows| {
            self.settings(rows)?;
            Ok(rows.create_upload(&upload)?)
        })?;
        let content = element("Bucket", &call.bucket) + &element("Key", &call.key) + &element("UploadId", &upload.name);
        let mut response = xml("InitiateMultipartUploadResult", &content);
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        if let Some((algorithm, kind)) = checksum {
            insert(response.headers_mut(), "x-amz-checksum-algorithm", algorithm.name());
            insert(response.headers_mut(), "x-amz-checksum-type", kind.name());
        }
        Ok(response)
    }

    /// The upload that the call names: its id is worth nothing for another key.
    fn upload(&self, rows: &Rows<'_>) -> Result<Upload, ErrorDocument> {
        let id = self.call.parameter("uploadId").unwrap_or_default();
        let upload = rows.upload(&self.call.bucket, &self.call.key, id)?;
        upload.ok_or_else(|| ErrorDocument::no_such_upload(id))
    }

    /// Puts a part, if its upload is still under way.
    fn put_part(&self, number: u32, body: &[u8], etag: &str, checksum: &Checksum) -> Result<i64, ErrorDocument> {
        let written = self.buckets.store.write_body(body)?;
        let part = Part {
            number,
            file: written.file().to_string(),
            size: body.len() as u64,
            etag: etag.to_string(),
            checksum: checksum.clone(),
            modified: self.buckets.clock.epoch_millis(),
        };
        self.buckets.store.write(|rows| Ok(rows.put_part(self.upload(rows)?.id, &part)?))?;
        written.keep();
        Ok(part.modified)
    }

    pub(super) fn upload_part(&self) -> Answer {
        let call = &self.call;
        let number = part_number(call.parameter("partNumber").unwrap_or_default())?;
        let etag = checksum::md5(&call.headers, &call.body, true)?;
        let claimed = checksum::claimed(&call.headers)?;
        let upload = self.buckets.store.read(|rows| {
            self.settings(rows)?;
            self.upload(rows)
        })?;
        let claimed = match (upload.checksum, claimed) {
            (Some((expected, _)), Some((actual, _))) if expected != actual => {
                let (expected, actual) = (expected.name().to_lowercase(), actual.name().to_lowercase());
                let message = format!(
                    "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
                );
                return Err(ErrorDocument::bad_request("InvalidRequest", message));
            }
            (Some((expected, _)), None) => Some((expected, None)),
            (_, claimed) => claimed,
        };
        let checksum = checksum::verified(claimed.as_ref(), &call.body)?;
        self.put_part(number, &call.body, &etag, &checksum)?;
        let mut response = empty(StatusCode::OK);
        insert(response.headers_mut(), "etag", &quoted(&etag));
        // What nobody asked for is not shown, though it is kept.
        if claimed.is_some() {
            insert(response.headers_mut(), checksum.algorithm.header(), &checksum.value);
        }
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        Ok(response)
    }

    pub(super) fn upload_part_copy(&self) -> Answer {
        let call = &self.call;
        let number = part_number(call.parameter("partNumber").unwrap_or_default())?;
        let upload = self.buckets.store.read(|rows| self.upload(rows))?;
        let source = self.source()?;
        let size = source.object.size;
        let range = match call.header("x-amz-copy-source-range") {
            Some(text) => conditions::copied_range(text, size)?,
            None => 0..size,
        };
        let (version, versioning) = (source.object.version.clone(), source.versioning);
        let body = source.read(range)?;
        let etag = checksum::md5(&http::HeaderMap::new(), &body, true)?;
        let claimed = upload.checksum.map(|(algorithm, _)| (algorithm, None));
        let checksum = checksum::verified(claimed.as_ref(), &body)?;
        let modified = self.put_part(number, &body, &etag, &checksum)?;
        let mut content = element("LastModified", &timestamp(modified)) + &element("ETag", &quoted(&etag));
        if claimed.is_some() {
            content += &element(&checksum.algorithm.element(), &checksum.value);
        }
        let mut response = xml("CopyPartResult", &content);
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        if versioning != Versioning::Off && version != "null" {
            insert(response.headers_mut(), "x-amz-copy-source-version-id", &version);
        }
        Ok(response)
    }

    pub(super) fn abort_multipart_upload(&self) -> Answer {
        self.buckets.store.write(|rows| {
            self.settings(rows)?;
            Ok(rows.delete_upload(&self.upload(rows)?)?)
        })?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn list_parts(&self) -> Answer {
        let call = &self.call;
        let most = call.count("max-parts", MOST_LISTED)?;
        let marker = call.count("part-number-marker", usize::MAX)?;
        let marker = if call.parameter("part-number-marker").is_none_or(str::is_empty) { 0 } else { marker };
        let (upload, parts) = self.buckets.store.read(|rows| {
            self.settings(rows)?;
            let upload = self.upload(rows)?;
            let parts = rows.parts(upload.id)?;
            Ok((upload, parts))
        })?;
        let mut wanted = parts.iter().filter(|part| part.number as usize > marker);
        let page: Vec<&Part> = wanted.by_ref().take(most).collect();
        let last = page.last().map_or(0, |part| part.number as usize);
        let mut content = element("Bucket", &call.bucket)
            + &element("Key", &call.key)
            + &element("UploadId", &upload.name)
            + &self.initiator()
            + &owner("Owner")
            + &storage_class(&upload.about)
            + &element("PartNumberMarker", &marker.to_string())
            + &element("NextPartNumberMarker", &last.to_string())
            + &element("MaxParts", &most.to_string())
            + &element("IsTruncated", &wanted.next().is_some().to_string());
        content += &chosen(upload.checksum);
        for part in page {
            let mut entry = element("PartNumber", &part.number.to_string());
            entry += &element("LastModified", &timestamp(part.modified));
            entry += &element("ETag", &quoted(&part.etag));
            entry += &element("Size", &part.size.to_string());
            if upload.checksum.is_some() {
                entry += &element(&part.checksum.algorithm.element(), &part.checksum.value);
            }
            content += &format!("<Part>{entry}</Part>");
        }
        Ok(xml("ListPartsResult", &content))
    }

    fn initiator(&self) -> String {
        let arn = self.asker.arn();
        let name = match &self.asker {
            Asker::Function(session) => session.function.clone(),
            Asker::Anybody | Asker::Learner => "learner".to_string(),
        };
        format!("<Initiator>{}{}</Initiator>", element("ID", &arn), element("DisplayName", &name))
    }

    pub(super) fn list_multipart_uploads(&self) -> Answer {
        let call = &self.call;
        let (encoding, most) = (self.encoding()?, call.count("max-uploads", MOST_LISTED)?);
        let (prefix, delimiter) = (self.prefix(), self.delimiter());
        let key_marker = call.parameter("key-marker").unwrap_or_default();
        let id_marker = call.parameter("upload-id-marker").filter(|_| !key_marker.is_empty());
        let uploads = self.buckets.store.read(|rows| {
            self.settings(rows)?;
            Ok(rows.uploads(&call.bucket)?)
        })?;
        let marked = match id_marker.filter(|id| !id.is_empty()) {
            Some(id) => {
                let marked = uploads.iter().find(|upload| upload.name == id && upload.key == key_marker);
                let invalid =
                    || ErrorDocument::invalid_argument("Invalid uploadId marker", "upload-id-marker", Some(id));
                Some(marked.ok_or_else(invalid)?.id)
            }
            None => None,
        };
        let is_after = |upload: &Upload| match marked {
            Some(id) => upload.key.as_bytes() > key_marker.as_bytes() || (upload.key == key_marker && upload.id > id),
            None => key_marker.is_empty() || upload.key.as_bytes() > key_marker.as_bytes(),
        };
        let (mut entries, mut prefixes, mut truncated) = (String::new(), Vec::<String>::new(), false);
        // Unlike other lists, this one goes on after its last upload only: a common prefix is not named as a marker.
        let (mut count, mut next) = (0, (String::new(), String::new()));
        let marked_group = self.common_prefix(key_marker);
        for upload in uploads.iter().filter(|upload| upload.key.starts_with(prefix) && is_after(upload)) {
            let group = self.common_prefix(&upload.key);
            // A marker among the keys of a common prefix is after all of them.
            if group.is_some() && (group == marked_group || prefixes.last() == group.as_ref()) {
                continue;
            }
            if count == most {
                truncated = most > 0;
                break;
            }
            count += 1;
            if let Some(group) = group {
                prefixes.push(group);
                continue;
            }
            next = (upload.key.clone(), upload.name.clone());
            let entry = element("Key", &encoding.of(&upload.key))
                + &element("UploadId", &upload.name)
                + &self.initiator()
                + &owner("Owner")
                + &storage_class(&upload.about)
                + &element("Initiated", &timestamp(upload.initiated))
                + &chosen(upload.checksum);
            entries += &format!("<Upload>{entry}</Upload>");
        }
        let mut content = element("Bucket", &call.bucket)
            + &element("KeyMarker", &encoding.of(key_marker))
            + &element("UploadIdMarker", id_marker.unwrap_or_default())
            + &element("NextKeyMarker", &encoding.of(&next.0))
            + &element("NextUploadIdMarker", &next.1);
        if let Some(delimiter) = delimiter {
            content += &element("Delimiter", &encoding.of(delimiter));
        }
        if call.has("prefix") {
            content += &element("Prefix", &encoding.of(prefix));
        }
        content += &encoding.element();
        content += &element("MaxUploads", &most.to_string());
        content += &element("IsTruncated", &truncated.to_string());
        content += &entries;
        for prefix in prefixes {
            content += &common_prefix(&prefix, encoding);
        }
        Ok(xml("ListMultipartUploadsResult", &content))
    }

    // -- completion ----------------------------------------------------------------------------------------------------------

    pub(super) fn complete_multipart_upload(&self) -> Answer {
        let call = &self.call;
        let root = match call.body.is_empty() {
            true => {
                self.buckets.store.read(|rows| self.upload(rows))?;
                return Err(ErrorDocument::bad_request("InvalidRequest", "You must specify at least one part"));
            }
            false => Element::root(&call.body, "CompleteMultipartUpload")?,
        };
        let named = root.all("Part").map(named_part).collect::<Result<Vec<_>, _>>()?;
        if named.is_empty() {
            return Err(ErrorDocument::malformed_xml());
        }
        let whole = checksum::claimed_of_parts(&call.headers)?;
        let kind = call.header("x-amz-checksum-type");
        let done = self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            if let Some((object, checksum)) = self.completed(rows, &named)? {
                return Ok((object.etag, checksum, object.version, settings.versioning()));
            }
            let upload = self.upload(rows)?;
            self.is_completed_as_begun(&upload, kind)?;
            let all = rows.parts(upload.id)?;
            let parts = chosen_parts(&upload, &all, &named)?;
            let size: u64 = parts.iter().map(|part| part.size).sum();
            if let Some(expected) = call.header("x-amz-mp-object-size")
                && expected != size.to_string()
            {
                let message = format!(
                    "The provided 'x-amz-mp-object-size' header value {expected} does not match what was computed: {size}"
                );
                return Err(ErrorDocument::bad_request("InvalidRequest", message));
            }
            let there = rows.latest(&call.bucket, &call.key)?;
            conditions::may_be_written(there.as_ref(), &call.headers, &call.key)?;
            if rows.is_overtaken(upload.id)? {
                conditions::has_none(&call.headers, &call.key)?;
            }
            let segments: Vec<Segment> = parts
                .iter()
                .map(|part| Segment {
                    number: part.number,
                    file: part.file.clone(),
                    size: part.size,
                    checksum: upload.checksum.map(|_| part.checksum.value.clone()),
                })
                .collect();
            let checksum = self.checksum_of(&upload, &parts, &segments, whole.as_ref())?;
            let md5s: Vec<String> = parts.iter().map(|part| part.etag.clone()).collect();
            let etag = checksum::etag_of_parts(&md5s);
            let mut about = upload.about.clone();
            about.checksum = Some(checksum.clone());
            about.parts = u32::try_from(parts.len()).ok();
            about.upload = Some(upload.name.clone());
            rows.complete_upload(&upload, &segments)?;
            let (version, versioning) = self.put(rows, &settings, etag.clone(), about, segments)?;
            Ok((etag, checksum, version, versioning))
        })?;
        let (etag, checksum, version, versioning) = done;
        let content = element("Location", &call.location())
            + &element("Bucket", &call.bucket)
            + &element("Key", &call.key)
            + &element("ETag", &quoted(&etag))
            + &element(&checksum.algorithm.element(), &checksum.value)
            + &element("ChecksumType", checksum.kind.name());
        let mut response = xml("CompleteMultipartUploadResult", &content);
        insert(response.headers_mut(), "x-amz-server-side-encryption", "AES256");
        // As of a put, where versioning is suspended the version is not said.
        Ok(if versioning == Versioning::Enabled { with_version(response, versioning, &version) } else { response })
    }

    /// What a completion of before made of the same parts: a client that lost the answer asks again, and gets it again.
    fn completed(
        &self,
        rows: &Rows<'_>,
        named: &[NamedPart<'_>],
    ) -> Result<Option<(StoredObject, Checksum)>, ErrorDocument> {
        let Some(object) = rows.latest(&self.call.bucket, &self.call.key)? else { return Ok(None) };
        let etags: Vec<String> = named.iter().map(|part| part.etag.to_string()).collect();
        let is_the_same = object.about.upload.as_deref() == self.call.parameter("uploadId")
            && object.about.upload.is_some()
            && object.etag == checksum::etag_of_parts(&etags);
        let checksum = object.about.checksum.clone().filter(|_| is_the_same);
        Ok(checksum.map(|checksum| (object, checksum)))
    }

    fn is_completed_as_begun(&self, upload: &Upload, kind: Option<&str>) -> Result<(), ErrorDocument> {
        let begun = upload.checksum.map_or("null", |(_, kind)| kind.name());
        match kind {
            Some(kind) if kind != begun => {
                let message = format!(
                    "The upload was created using the {begun} checksum mode. The complete request must use the same checksum mode."
                );
                Err(ErrorDocument::bad_request("InvalidRequest", message))
            }
            _ => Ok(()),
        }
    }

    /// The checksum of the object that `parts` become.
    fn checksum_of(
        &self,
        upload: &Upload,
        parts: &[&Part],
        segments: &[Segment],
        claimed: Option<&(Algorithm, Option<String>)>,
    ) -> Result<Checksum, ErrorDocument> {
        let (algorithm, kind) = upload.checksum.unwrap_or((Algorithm::Crc64Nvme, Kind::FullObject));
        let value = match kind {
            Kind::Composite => {
                let values: Vec<&str> = parts.iter().map(|part| part.checksum.value.as_str()).collect();
                algorithm.of_parts(&values)
            }
            Kind::FullObject => {
                let size = parts.iter().map(|part| part.size).sum();
                algorithm.value(&self.buckets.store.open_body(segments)?.read(0..size)?)
            }
        };
        let is_typed = |algorithm: Algorithm| {
            !algorithm.takes(Kind::Composite) || self.call.headers.contains_key("x-amz-checksum-type")
        };
        match claimed {
            // Of an upload whose parts could have had a checksum of their own, a value without its type is taken for one of those.
            Some((own, Some(expected)))
                if kind == Kind::FullObject
                    && upload
                        .checksum
                        .is_some_and(|_| *own != algorithm || *expected != value || !is_typed(algorithm)) =>
            {
                let name = algorithm.name().to_lowercase();
                let message = format!("The {name} you specified did not match the calculated checksum.");
                Err(ErrorDocument::bad_request("BadDigest", message))
            }
            Some((own, Some(expected))) if *own == algorithm && *expected != value && kind == Kind::FullObject => {
                let name = own.name().to_lowercase();
                let message = format!("The {name} you specified did not match the calculated checksum.");
                Err(ErrorDocument::bad_request("BadDigest", message))
            }
            Some((own, Some(_))) if *own != algorithm && upload.checksum.is_some() => {
                let (expected, actual) = (algorithm.name().to_lowercase(), own.name().to_lowercase());
                let message = format!(
                    "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
                );
                Err(ErrorDocument::bad_request("InvalidRequest", message))
            }
            _ => Ok(Checksum { algorithm, value, kind }),
        }
    }
}

/// The checksum that an upload's caller asked for.
fn chosen(checksum: Option<(Algorithm, Kind)>) -> String {
    checksum.map_or(String::new(), |(algorithm, kind)| {
        element("ChecksumAlgorithm", algorithm.name()) + &element("ChecksumType", kind.name())
    })
}

fn named_part(part: &Element) -> Result<NamedPart<'_>, ErrorDocument> {
    let number = part.required("PartNumber")?.trim().parse().map_err(|_| ErrorDocument::malformed_xml())?;
    let etag = part.text_of("ETag").unwrap_or_default().trim().trim_matches('"');
    let checksum = part.children.iter().find_map(|child| {
        let algorithm = Algorithm::of(child.name.strip_prefix("Checksum")?)?;
        Some((algorithm, child.text.as_str()))
    });
    Ok(NamedPart { number, etag, checksum })
}

/// The parts that a completion names, if they are all there, in order, and large enough.
fn chosen_parts<'p>(
    upload: &Upload,
    parts: &'p [Part],
    named: &[NamedPart<'_>],
) -> Result<Vec<&'p Part>, ErrorDocument> {
    let mut chosen: Vec<&Part> = Vec::new();
    for NamedPart { number, etag, checksum } in named {
        if chosen.last().is_some_and(|last| last.number >= *number) {
            let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
            return Err(ErrorDocument::bad_request("InvalidPartOrder", message).with("UploadId", &upload.name));
        }
        let invalid = || {
            let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                           specified entity tag may not match the part's entity tag.";
            ErrorDocument::bad_request("InvalidPart", message)
                .with("UploadId", &upload.name)
                .with("PartNumber", number.to_string())
                .with("ETag", *etag)
        };
        let part = parts.iter().find(|part| part.number == *number && part.etag == *etag).ok_or_else(invalid)?;
        match (checksum, upload.checksum) {
            (Some((algorithm, value)), _) if *algorithm == part.checksum.algorithm && *value != part.checksum.value => {
                return Err(invalid());
            }
            (Some((algorithm, _)), Some((own, _))) if *algorithm != own => {
                let name = algorithm.name().to_lowercase();
                let message = format!("The {name} you specified for part {number} did not match what we received.");
                return Err(ErrorDocument::bad_request("BadDigest", message));
            }
            (Some(_), None) => return Err(invalid()),
            (None, Some((algorithm, Kind::Composite))) => {
                let name = algorithm.name().to_lowercase();
                let message = format!(
                    "The upload was created using a {name} checksum. The complete request must include the checksum for each part. \
                     It was missing for part {number} in the request."
                );
                return Err(ErrorDocument::bad_request("InvalidRequest", message));
            }
            _ => {}
        }
        chosen.push(part);
    }
    for part in chosen.iter().take(chosen.len() - 1) {
        if part.size < SMALLEST {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            return Err(ErrorDocument::bad_request("EntityTooSmall", message)
                .with("ProposedSize", part.size.to_string())
                .with("MinSizeAllowed", SMALLEST.to_string())
                .with("PartNumber", part.number.to_string())
                .with("ETag", &part.etag));
        }
    }
    Ok(chosen)
}
