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
        // lab-08.3 begin
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                // Every edit has a new version. Without one it was somebody's repair of the table.
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
        // lab-08.3 starter
        // | // TODO(lab-08.3): a removal has no new image, and not every modification is an edit.
        // | let kind = match record.event_name.as_str() {
        // |     "INSERT" => Kind::Posted,
        // |     "MODIFY" => Kind::Edited,
        // |     _ => Kind::Deleted,
        // | };
        // | let image = image(&record.change.new_image)?;
        // lab-08.3 end
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn post(version: u64) -> Value {
        json!({
            "pk": {"S": "BOARD"}, "sk": {"S": "POST#p"}, "id": {"S": "p"}, "title": {"S": "T"}, "body": {"S": "B"},
            "author": {"S": "A"}, "createdAt": {"S": "2026-11-22T09:05:07.500Z"},
            "updatedAt": {"S": "2026-11-22T09:05:07.500Z"}, "version": {"N": version.to_string()},
        })
    }

    fn record(name: &str, pk: &str, old: Option<Value>, new: Option<Value>) -> EventRecord {
        let mut dynamodb = json!({
            "ApproximateCreationDateTime": 1_795_338_307, "Keys": {"pk": {"S": pk}, "sk": {"S": "POST#p"}},
            "SequenceNumber": "800000000003126276362", "SizeBytes": 100, "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        if let Some(old) = old {
            dynamodb["OldImage"] = old;
        }
        if let Some(new) = new {
            dynamodb["NewImage"] = new;
        }
        serde_json::from_value(json!({
            "eventID": "e1", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "ap-northeast-2", "dynamodb": dynamodb,
            "eventSourceARN": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-11-22T00:00:00.000",
        }))
        .unwrap()
    }

    #[test]
    fn each_kind_counts_as_it_should() {
        for (record, kind, posts) in [
            (record("INSERT", "BOARD", None, Some(post(1))), Kind::Posted, 1),
            (record("MODIFY", "BOARD", Some(post(1)), Some(post(2))), Kind::Edited, 0),
            (record("REMOVE", "BOARD", Some(post(2)), None), Kind::Deleted, -1),
        ] {
            let change = Change::of(&record).unwrap().unwrap();
            assert_eq!((change.kind, change.posts(), change.post_id.as_str()), (kind, posts, "p"));
        }
    }

    #[test]
    fn a_deletion_comes_after_the_last_edit_although_streams_count_seconds() {
        let deleted = Change::of(&record("REMOVE", "BOARD", Some(post(2)), None)).unwrap().unwrap();
        assert_eq!(deleted.at, "2026-11-22T09:05:07.501Z");
    }

    #[test]
    fn what_is_not_a_post_or_not_an_edit_is_left_alone() {
        assert_eq!(Change::of(&record("INSERT", "FEED", None, Some(post(1)))).unwrap(), None);
        assert_eq!(Change::of(&record("MODIFY", "BOARD", Some(post(2)), Some(post(2)))).unwrap(), None);
    }

    #[test]
    fn a_post_that_is_none_is_an_error_and_not_a_guess() {
        let mut poison = post(1);
        poison.as_object_mut().unwrap().remove("title");
        assert!(Change::of(&record("INSERT", "BOARD", None, Some(poison))).is_err());
        assert!(Change::of(&record("INSERT", "BOARD", None, None)).is_err());
        assert!(Change::of(&record("UPSERT", "BOARD", None, Some(post(1)))).is_err());
    }
}
