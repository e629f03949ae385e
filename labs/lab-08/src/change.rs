//! What a stream record means to readers of the board: a post was posted, edited or deleted, or nothing that concerns
//! them.

use aws_lambda_events::dynamodb::EventRecord;
use board::clock;
use board::keys::{BOARD, POST};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// One event of the feed, in the form in which it is stored and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    /// The record's own id, which is the same whenever the record is delivered.
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) post_id: String,
    pub(crate) title: String,
    pub(crate) author: String,
    /// RFC 3339, UTC, milliseconds.
    pub(crate) at: String,
    /// The record's place in the stream.
    #[serde(skip)]
    pub(crate) sequence_number: String,
}

/// What happened to the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Posted,
    Edited,
    Deleted,
}

/// The part of a post that the feed needs.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    id: String,
    title: String,
    author: String,
    updated_at: String,
    version: u64,
}

impl Change {
    /// What the record means, or nothing when it is not about a post. The mapping's filter lets only posts through, but
    /// a filter is a saving and no promise: without it this function would meet its own writes.
    ///
    /// # Errors
    /// When an item with a post's key is not a post. That record fails however often it is delivered, and ends in the
    /// queue.
    pub(crate) fn of(record: &EventRecord) -> Result<Option<Self>, Error> {
        if !is_post(&record.change.keys) {
            return Ok(None);
        }
        // TODO(lab-08.3): a removal has no new image, and not every modification is an edit.
        let kind = match record.event_name.as_str() {
            "INSERT" => Kind::Posted,
            "MODIFY" => Kind::Edited,
            _ => Kind::Deleted,
        };
        let image = image(&record.change.new_image)?;
        let at = match kind {
            Kind::Posted | Kind::Edited => image.updated_at.clone(),
            Kind::Deleted => deleted_at(record, &image)?,
        };
        let Image { id: post_id, title, author, .. } = image;
        let sequence_number = record.change.sequence_number.clone().unwrap_or_default();
        Ok(Some(Self { id: record.event_id.clone(), kind, post_id, title, author, at, sequence_number }))
    }

    /// By how much the number of posts changes.
    pub(crate) fn posts(&self) -> i8 {
        match self.kind {
            Kind::Posted => 1,
            Kind::Edited => 0,
            Kind::Deleted => -1,
        }
    }
}

fn is_post(keys: &Item) -> bool {
    let text = |name: &str| match keys.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.as_str(),
        _ => "",
    };
    text("pk") == BOARD && text("sk").starts_with(POST)
}

fn image(item: &Item) -> Result<Image, Error> {
    Ok(serde_dynamo::from_item(item.clone()).map_err(|error| format!("the record's image is not a post: {error}"))?)
}

/// A removed item cannot carry the moment of its removal, and the record's own time has whole seconds only. Taken alone
/// it could put a deletion before the edit that it followed, so it is at least a millisecond after that.
fn deleted_at(record: &EventRecord, old: &Image) -> Result<String, Error> {
    let edited = OffsetDateTime::parse(&old.updated_at, &Rfc3339)?.unix_timestamp_nanos() / 1_000_000;
    let removed = record.change.approximate_creation_date_time.timestamp_millis();
    Ok(clock::rfc3339(removed.max(i64::try_from(edited)? + 1)))
}
