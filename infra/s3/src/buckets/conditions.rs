//! Under which conditions an object is read or written, and which of its bytes: ETags, dates, ranges.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html>

use std::ops::Range;

use http::{HeaderMap, StatusCode};
use time::format_description::StaticFormatDescription;
use time::format_description::well_known::Rfc2822;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::error::ErrorDocument;
use super::store::StoredObject;

/// `Sun, 22 Nov 2026 09:41:00 GMT`.
const HTTP_DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// Why an object is not sent as it was asked for.
pub(super) enum Unsent {
    /// 304: the caller has it.
    NotModified,
    /// 412, or what else is wrong.
    Refused(ErrorDocument),
}

/// The moment of milliseconds since 1970.
pub(super) fn moment(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `moment` as headers write it.
pub(super) fn written(moment: OffsetDateTime) -> String {
    moment.format(HTTP_DATE).unwrap_or_default()
}

/// The moment that a header names.
pub(super) fn http_date(text: &str) -> Option<OffsetDateTime> {
    let parsed = PrimitiveDateTime::parse(text, HTTP_DATE).ok().map(PrimitiveDateTime::assume_utc);
    parsed.or_else(|| OffsetDateTime::parse(text, &Rfc2822).ok())
}

/// Whether the conditions for reading `object` hold at the time `now`. `prefix` stands in front of the headers' names where a copy reads.
pub(super) fn may_be_read(
    object: &StoredObject,
    headers: &HeaderMap,
    prefix: &str,
    now: OffsetDateTime,
) -> Result<(), Unsent> {
    let text = |name: &str| headers.get(format!("{prefix}{name}")).and_then(|value| value.to_str().ok());
    let date = |name: &str| text(name).and_then(http_date);
    let failed =
        |condition: &str| Err(Unsent::Refused(ErrorDocument::precondition_failed(&format!("{prefix}{condition}"))));
    // Dates have no fractions of a second.
    let modified = moment(object.modified - object.modified.rem_euclid(1000));
    match (text("if-match"), date("if-unmodified-since")) {
        (Some(tags), _) if !lists(tags, &object.etag) => return failed("If-Match"),
        (None, Some(date)) if modified > date => return failed("If-Unmodified-Since"),
        _ => {}
    }
    let (unmodified, condition) = match (text("if-none-match"), date("if-modified-since")) {
        (Some(tags), _) => (lists(tags, &object.etag), "If-None-Match"),
        // A date of the future is none.
        (None, Some(date)) => (modified <= date && date <= now, "If-Modified-Since"),
        (None, None) => (false, ""),
    };
    match unmodified {
        false => Ok(()),
        // There is nothing that a copy could have already.
        true if prefix.is_empty() => Err(Unsent::NotModified),
        true => failed(condition),
    }
}

/// Whether the conditions for writing over `object`, or where nothing is, hold.
pub(super) fn may_be_written(
    object: Option<&StoredObject>,
    headers: &HeaderMap,
    key: &str,
) -> Result<(), ErrorDocument> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let object = object.filter(|object| !object.is_marker);
    match (text("if-match"), text("if-none-match")) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(ErrorDocument::header_not_implemented("If-Match,If-None-Match")
            .with("additionalMessage", "Multiple conditional request headers present in the request")),
        (None, Some("*")) => match object {
            Some(_) => Err(ErrorDocument::precondition_failed("If-None-Match")),
            None => Ok(()),
        },
        (None, Some(_)) => Err(unaccepted("If-None-Match")),
        (Some("*"), None) => Err(unaccepted("If-Match")),
        (Some(tag), None) => match object {
            None => Err(ErrorDocument::no_such_key(key)),
            Some(object) if lists(tag, &object.etag) => Ok(()),
            Some(_) => Err(ErrorDocument::precondition_failed("If-Match")),
        },
    }
}

/// The refusal of a condition on a key that was written or deleted after the upload began that is to be completed.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
pub(super) fn has_none(headers: &HeaderMap, key: &str) -> Result<(), ErrorDocument> {
    let conditions = [("if-match", "If-Match"), ("if-none-match", "If-None-Match")];
    match conditions.iter().find(|(name, _)| headers.contains_key(*name)) {
        None => Ok(()),
        Some((_, condition)) => {
            let message =
                "The conditional request cannot succeed due to a conflicting operation against this resource.";
            Err(ErrorDocument::new(StatusCode::CONFLICT, "ConditionalRequestConflict", message)
                .with("Condition", *condition)
                .with("Key", key))
        }
    }
}

fn unaccepted(header: &str) -> ErrorDocument {
    let message = format!("We don't accept the provided value of {header} header for this API");
    ErrorDocument::header_not_implemented(header).with("additionalMessage", message)
}

/// Whether a list of ETags has this one, or is `*`.
fn lists(tags: &str, etag: &str) -> bool {
    let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    tags.any(|tag| tag == "*" || tag == etag)
}

/// The bytes that a `Range` header asks for, of an object of `size` bytes; none where S3 sends all of them.
pub(super) fn range(text: &str, size: u64) -> Result<Option<Range<u64>>, ErrorDocument> {
    let unsatisfiable = || {
        let message = "The requested range is not satisfiable";
        ErrorDocument::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message)
            .with("RangeRequested", text)
            .with("ActualObjectSize", size.to_string())
            .with_header("content-range", format!("bytes */{size}"))
    };
    // S3 reads one range, and overlooks what it cannot read.
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than any object has bytes.
        true if !text.is_empty() => Some(text.parse::<u64>().unwrap_or(u64::MAX)),
        _ => None,
    };
    match (number(first), number(last)) {
        (Some(first), _) if first >= size && (last.is_empty() || number(last).is_some_and(|last| last >= first)) => {
            Err(unsatisfiable())
        }
        (Some(first), Some(last)) if last < first => Ok(None),
        (Some(first), Some(last)) => Ok(Some(first..last.saturating_add(1).min(size))),
        (Some(first), None) if last.is_empty() => Ok(Some(first..size)),
        (None, Some(length)) if first.is_empty() => match length.min(size) {
            0 => Err(unsatisfiable()),
            length => Ok(Some(size - length..size)),
        },
        _ => Ok(None),
    }
}

/// The bytes that `x-amz-copy-source-range` asks for.
pub(super) fn copied_range(text: &str, size: u64) -> Result<Range<u64>, ErrorDocument> {
    let name = "x-amz-copy-source-range";
    let malformed = || {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                       zero-based offsets of the first and last bytes to copy";
        ErrorDocument::invalid_argument(message, name, Some(text))
    };
    let (first, last) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(malformed)?;
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u64>().map_err(|_| malformed()),
        false => Err(malformed()),
    };
    let (first, last) = (number(first)?, number(last)?);
    if last < first {
        return Err(malformed());
    }
    if first >= size {
        return Err(ErrorDocument::bad_request(
            "InvalidRequest",
            "The specified copy range is invalid for the source object size",
        ));
    }
    if last >= size {
        let message = format!("Range specified is not valid for source object of size: {size}");
        return Err(ErrorDocument::invalid_argument(&message, name, Some(text)));
    }
    Ok(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buckets::store::About;
    use time::macros::datetime;

    #[test]
    fn a_range_is_some_bytes_or_all_or_none() {
        for (text, size, expected) in [
            ("bytes=0-3", 10, Some(0..4)),
            ("bytes=8-", 10, Some(8..10)),
            ("bytes=8-100", 10, Some(8..10)),
            ("bytes=-3", 10, Some(7..10)),
            ("bytes=-30", 10, Some(0..10)),
            ("bytes=-18446744073709551616", 10, Some(0..10)),
            ("bytes=0-18446744073709551616", 10, Some(0..10)),
            ("bytes=3-1", 10, None),
            ("bytes=100-1", 10, None),
            ("bytes=0-1,3-4", 10, None),
            ("bytes=a-b", 10, None),
            ("bytes=-", 10, None),
            ("bytes", 10, None),
            ("lines=0-1", 10, None),
        ] {
            assert_eq!(range(text, size).unwrap(), expected, "{text}");
        }
        for (text, size) in
            [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-0", 0), ("bytes=-1", 0)]
        {
            let error = range(text, size).unwrap_err();
            let details = [("RangeRequested", text.to_string()), ("ActualObjectSize", size.to_string())];
            assert_eq!((error.code.as_str(), &error.details[..]), ("InvalidRange", &details[..]), "{text}");
        }
    }

    #[test]
    fn a_copied_range_is_there_as_a_whole() {
        assert_eq!(copied_range("bytes=0-9", 10).unwrap(), 0..10);
        for (text, code) in [
            ("0-8", "InvalidArgument"),
            ("bytes=1-0", "InvalidArgument"),
            ("bytes=0-10", "InvalidArgument"),
            ("bytes=10-11", "InvalidRequest"),
        ] {
            assert_eq!(copied_range(text, 10).unwrap_err().code, code, "{text}");
        }
    }

    fn object() -> StoredObject {
        StoredObject {
            id: 1,
            key: "k".into(),
            version: "null".into(),
            is_latest: true,
            is_marker: false,
            modified: 1_700_000_000_500,
            size: 1,
            etag: "e".into(),
            about: About::default(),
        }
    }

    /// 200, 304 or 412 for reading with these headers.
    fn read(headers: &[(&str, &str)], prefix: &str) -> u16 {
        let headers =
            headers.iter().map(|(name, value)| (format!("{prefix}{name}").parse().unwrap(), value.parse().unwrap()));
        match may_be_read(&object(), &HeaderMap::from_iter(headers), prefix, datetime!(2023-11-15 00:00 UTC)) {
            Ok(()) => 200,
            Err(Unsent::NotModified) => 304,
            Err(Unsent::Refused(error)) => error.status.as_u16(),
        }
    }

    #[test]
    fn a_reader_gets_what_it_does_not_have() {
        let (before, same, after) =
            ("Tue, 14 Nov 2023 22:13:19 GMT", "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:21 GMT");
        for (headers, status, copied) in [
            (&[][..], 200, 200),
            (&[("if-match", "\"e\"")], 200, 200),
            (&[("if-match", "e, x")], 200, 200),
            (&[("if-match", "\"x\"")], 412, 412),
            (&[("if-match", "\"e\""), ("if-unmodified-since", before)], 200, 200),
            (&[("if-none-match", "\"e\"")], 304, 412),
            (&[("if-none-match", "*")], 304, 412),
            (&[("if-none-match", "\"x\""), ("if-modified-since", after)], 200, 200),
            (&[("if-modified-since", before)], 200, 200),
            (&[("if-modified-since", same)], 304, 412),
            (&[("if-modified-since", "tomorrow")], 200, 200),
            (&[("if-modified-since", "Wed, 15 Nov 2023 00:00:01 GMT")], 200, 200),
            (&[("if-unmodified-since", before)], 412, 412),
            (&[("if-unmodified-since", same)], 200, 200),
        ] {
            assert_eq!((read(headers, ""), read(headers, "x-amz-copy-source-")), (status, copied), "{headers:?}");
        }
    }

    #[test]
    fn a_writer_is_refused_where_something_else_is() {
        let (there, marker) = (object(), StoredObject { is_marker: true, ..object() });
        for (headers, there_is, code) in [
            (&[("if-none-match", "*")][..], Some(&there), "PreconditionFailed"),
            (&[("if-none-match", "*")], Some(&marker), ""),
            (&[("if-none-match", "*")], None, ""),
            (&[("if-none-match", "\"e\"")], None, "NotImplemented"),
            (&[("if-match", "\"e\"")], Some(&there), ""),
            (&[("if-match", "\"x\"")], Some(&there), "PreconditionFailed"),
            (&[("if-match", "\"x\"")], None, "NoSuchKey"),
            (&[("if-match", "*")], Some(&there), "NotImplemented"),
            (&[("if-match", "e"), ("if-none-match", "*")], Some(&there), "NotImplemented"),
        ] {
            let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            let judged = may_be_written(there_is, &HeaderMap::from_iter(map), "k");
            assert_eq!(judged.err().map_or(String::new(), |error| error.code), code, "{headers:?}");
        }
    }
}
