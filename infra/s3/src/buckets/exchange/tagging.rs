//! Tags of objects and of buckets: which are taken, and the operations on those of objects.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use std::collections::BTreeSet;

use http::StatusCode;

use super::object::find;
use super::{Answer, Exchange, empty, with_version, xml};
use crate::buckets::error::ErrorDocument;
use crate::buckets::request::pairs;
use crate::buckets::settings::document;
use crate::buckets::store::{Rows, StoredObject};
use crate::buckets::xml::Element;
use local::service::query_protocol::element;

/// A tag: its key and its value.
pub(super) type Tag = (String, String);

/// How many tags an object can have.
const MOST_OF_OBJECT: usize = 10;
/// And a bucket.
const MOST_OF_BUCKET: usize = 50;

impl Exchange<'_> {
    /// The tags in `x-amz-tagging`.
    pub(super) fn tags_of_header(&self) -> Result<Vec<Tag>, ErrorDocument> {
        match self.call.header("x-amz-tagging") {
            Some(text) => tags_of_text(text),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn get_object_tagging(&self) -> Answer {
        let read = self.buckets.store.read(|rows| Ok((self.tagged_object(rows)?, self.settings(rows)?)));
        let (object, settings) = read.map_err(|mut error| {
            // Of tags that are read, S3 names the key with its bucket.
            for (_, key) in error.details.iter_mut().filter(|(name, _)| *name == "Key" && error.code == "NoSuchKey") {
                *key = format!("{}/{key}", self.call.bucket);
            }
            error
        })?;
        let response = xml("Tagging", &tag_set(&object.about.tags));
        Ok(with_version(response, settings.versioning(), &object.version))
    }

    pub(super) fn put_object_tagging(&self) -> Answer {
        let root = Element::root(&self.call.body, "Tagging")?;
        let tags = root.child("TagSet").map(tags_in).transpose()?.unwrap_or_default();
        are_fit(&tags, MOST_OF_OBJECT)?;
        self.set_tags(tags, StatusCode::OK)
    }

    pub(super) fn delete_object_tagging(&self) -> Answer {
        self.set_tags(Vec::new(), StatusCode::NO_CONTENT)
    }

    /// The object that the call names. A delete marker has no tags, also where it is the latest.
    fn tagged_object(&self, rows: &Rows<'_>) -> Result<StoredObject, ErrorDocument> {
        let (bucket, key, method) = (&self.call.bucket, &self.call.key, self.call.method.as_str());
        match rows.latest(bucket, key)? {
            Some(marker) if marker.is_marker && self.call.version().is_none() => {
                find(rows, bucket, key, Some(&marker.version), method)
            }
            _ => self.named_object(rows),
        }
    }

    fn set_tags(&self, tags: Vec<Tag>, status: StatusCode) -> Answer {
        let (object, settings) = self.buckets.store.write(|rows| {
            let mut object = self.tagged_object(rows)?;
            object.about.tags = tags;
            rows.describe(object.id, &object.about)?;
            Ok((object, self.settings(rows)?))
        })?;
        Ok(with_version(empty(status), settings.versioning(), &object.version))
    }
}

/// Tags as a query writes them.
pub(super) fn tags_of_text(text: &str) -> Result<Vec<Tag>, ErrorDocument> {
    let tags = pairs(text);
    let keys: BTreeSet<&str> = tags.iter().map(|(key, _)| key.as_str()).collect();
    let is_query = text.split('&').all(|pair| pair.matches('=').count() <= 1);
    if keys.len() < tags.len() || !is_query {
        let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag \
                       name duplicates.";
        return Err(ErrorDocument::invalid_argument(message, "x-amz-tagging", Some(text)));
    }
    are_fit(&tags, MOST_OF_OBJECT)?;
    Ok(tags)
}

/// The tags of a bucket in an element `Tagging`.
pub(super) fn tags_of_tagging(root: &Element) -> Result<Vec<Tag>, ErrorDocument> {
    let tags = root.child("TagSet").map(tags_in).transpose()?.unwrap_or_default();
    are_fit(&tags, MOST_OF_BUCKET)?;
    Ok(tags)
}

/// The tags with which a bucket is created.
pub(super) fn tags_of_bucket(tags: &Element) -> Result<Vec<Tag>, ErrorDocument> {
    let tags = tags_in(tags)?;
    if tags.iter().any(|(key, _)| key.starts_with("aws:")) {
        let message = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" \
                       from your tag keys and try again.";
        return Err(ErrorDocument::bad_request("InvalidTag", message));
    }
    are_fit(&tags, MOST_OF_BUCKET)?;
    Ok(tags)
}

fn tags_in(set: &Element) -> Result<Vec<Tag>, ErrorDocument> {
    let tag = |tag: &Element| Ok((tag.required("Key")?.to_string(), tag.required("Value")?.to_string()));
    set.all("Tag").map(tag).collect()
}

/// The document of a bucket's tags.
pub(super) fn document_of(tags: &[Tag]) -> String {
    document("Tagging", &tag_set(tags))
}

fn tag_set(tags: &[Tag]) -> String {
    let tag = |(key, value): &Tag| format!("<Tag>{}{}</Tag>", element("Key", key), element("Value", value));
    format!("<TagSet>{}</TagSet>", tags.iter().map(tag).collect::<String>())
}

fn are_fit(tags: &[Tag], most: usize) -> Result<(), ErrorDocument> {
    let invalid = |message: &str, key: &str| ErrorDocument::bad_request("InvalidTag", message).with("TagKey", key);
    if tags.len() > most {
        let message = match most {
            MOST_OF_OBJECT => "Object tags cannot be greater than 10",
            _ => "Bucket tags cannot be greater than 50",
        };
        return Err(ErrorDocument::bad_request("BadRequest", message));
    }
    let fits = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c));
    let mut keys = BTreeSet::new();
    for (key, value) in tags {
        if key.starts_with("aws:") {
            let message = match most {
                MOST_OF_OBJECT => "Your TagKey cannot be prefixed with aws:",
                _ => "System tags cannot be added/updated by requester",
            };
            return Err(invalid(message, key));
        }
        if key.is_empty() || key.chars().count() > 128 || !fits(key) {
            return Err(invalid("The TagKey you have provided is invalid", key));
        }
        if value.chars().count() > 256 || !fits(value) {
            return Err(invalid("The TagValue you have provided is invalid", key).with("TagValue", value));
        }
        if !keys.insert(key) {
            return Err(invalid("Cannot provide multiple Tags with the same key", key));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_text_of_some_characters_and_each_key_stands_once() {
        assert_eq!(tags_of_text("a=b+c&d=%C3%A9&e=").unwrap().len(), 3);
        for (text, code) in [
            ("a=b&a=c", "InvalidArgument"),
            ("a=b,c=d", "InvalidArgument"),
            ("aws:x=y", "InvalidTag"),
            ("a=%3C", "InvalidTag"),
            ("a%2Cb=c", "InvalidTag"),
            ("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1", "BadRequest"),
        ] {
            assert_eq!(tags_of_text(text).unwrap_err().code, code, "{text}");
        }
        let set = "<Tags><Tag><Key>aws:x</Key><Value/></Tag></Tags>";
        let refused = tags_of_bucket(&Element::root(set.as_bytes(), "Tags").unwrap()).unwrap_err();
        assert!(refused.message.starts_with("User-defined tag keys can't start with \"aws:\"."), "{}", refused.message);
    }
}
