//! A change of a post, out of a record of the stream: as Lambda delivers it to a function, or as a program reads it from the
//! stream itself. The two spell the same thing in two types.

use std::collections::HashMap;

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_dynamodbstreams::types::{AttributeValue, Record};
use board::keys::{BOARD, POST};
use serde::Deserialize;
use serde_dynamo::{AttributeValue as Attribute, Item};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Error;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The record's own id.
    pub event_id: String,
    /// The record's place in its shard.
    pub sequence_number: String,
    /// The post afterwards; before the change, where it was removed.
    post: Item,
    removed: bool,
}

/// The part of a post that the digest needs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Post {
    id: String,
    title: String,
    author: String,
    created_at: String,
}

/// What the digest says of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day on which it was posted, in UTC: `2026-11-22`.
    pub day: String,
    /// The post's id.
    pub post_id: String,
    /// `Ada: The lake is frozen`; nothing of a post that was removed.
    pub text: Option<String>,
}

impl Change {
    /// Of a record that Lambda has delivered; nothing where it is not about a post.
    pub fn of_event(record: &EventRecord) -> Option<Change> {
        let told = &record.change;
        Change::of(&record.event_id, &record.event_name, told.sequence_number.as_deref(), &told.keys, |removed| {
            if removed { told.old_image.clone() } else { told.new_image.clone() }
        })
    }

    /// Of a record that was read from the stream; nothing where it is not about a post. A mapping's filter passes over such
    /// records, but they lie in the stream, between the others.
    pub fn of_record(record: &Record) -> Option<Change> {
        let told = record.dynamodb.as_ref()?;
        let name = record.event_name.as_ref().map_or("", |name| name.as_str());
        let id = record.event_id.as_deref().unwrap_or_default();
        Change::of(id, name, told.sequence_number.as_deref(), &texts(told.keys.as_ref()), |removed| {
            texts(if removed { told.old_image.as_ref() } else { told.new_image.as_ref() })
        })
    }

    fn of(
        event_id: &str,
        event_name: &str,
        sequence_number: Option<&str>,
        keys: &Item,
        post: impl FnOnce(bool) -> Item,
    ) -> Option<Change> {
        let text = |name: &str| match keys.get(name) {
            Some(Attribute::S(text)) => text.as_str(),
            _ => "",
        };
        let removed = event_name == "REMOVE";
        (text("pk") == BOARD && text("sk").starts_with(POST)).then(|| Change {
            event_id: event_id.to_owned(),
            sequence_number: sequence_number.unwrap_or_default().to_owned(),
            post: post(removed),
            removed,
        })
    }

    /// What the digest says afterwards.
    ///
    /// # Errors
    /// When the item is not a post, or does not say on which day it was posted. That record fails however often it is delivered.
    pub fn line(&self) -> Result<Line, Error> {
        let post: Post = serde_dynamo::from_item(self.post.clone()).map_err(|error| format!("no post: {error}"))?;
        let posted = OffsetDateTime::parse(&post.created_at, &Rfc3339)
            .map_err(|error| format!("createdAt is {:?}, and that is not a time: {error}", post.created_at))?;
        let text = (!self.removed).then(|| format!("{}: {}", post.author, post.title));
        Ok(Line { day: posted.date().to_string(), post_id: post.id, text })
    }
}

/// The text attributes of an item: keys and lines are made of nothing else.
fn texts(item: Option<&HashMap<String, AttributeValue>>) -> Item {
    let text =
        |(name, value): (&String, &AttributeValue)| Some((name.clone(), Attribute::S(value.as_s().ok()?.clone())));
    item.into_iter().flatten().filter_map(text).collect::<HashMap<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodbstreams::types::{OperationType, StreamRecord};
    use serde_json::{Value, json};

    fn image(created_at: &str) -> Value {
        json!({ "id": {"S": "p"}, "title": {"S": "Ice"}, "author": {"S": "Ada"}, "createdAt": {"S": created_at}, "version": {"N": "1"} })
    }

    fn event(pk: &str, name: &str, image_name: &str, created_at: &str) -> EventRecord {
        let mut change = json!({
            "ApproximateCreationDateTime": 1_795_338_307, "Keys": {"pk": {"S": pk}, "sk": {"S": "POST#p"}}, "SequenceNumber": "800000000003126276362",
            "SizeBytes": 100, "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        change[image_name] = image(created_at);
        let record = json!({
            "eventID": "e1", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "ap-northeast-2", "dynamodb": change,
        });
        serde_json::from_value(record).unwrap()
    }

    fn delivered(name: &str, image_name: &str, created_at: &str) -> Change {
        Change::of_event(&event("BOARD", name, image_name, created_at)).unwrap()
    }

    fn read(name: OperationType, created_at: &str) -> Change {
        let text = |value: &str| AttributeValue::S(value.to_string());
        let image = [("id", "p"), ("title", "Ice"), ("author", "Ada"), ("createdAt", created_at)]
            .map(|(name, value)| (name.to_string(), text(value)));
        let told = StreamRecord::builder()
            .sequence_number("800000000003126276362")
            .keys("pk", text("BOARD"))
            .keys("sk", text("POST#p"));
        let told = match name {
            OperationType::Remove => told.set_old_image(Some(image.into())),
            _ => told.set_new_image(Some(image.into())),
        };
        Change::of_record(&Record::builder().event_name(name).dynamodb(told.build()).build()).unwrap()
    }

    #[test]
    fn a_record_says_the_same_whichever_way_it_comes() {
        let moment = "2026-11-22T09:41:00.500Z";
        for (one, other) in [
            (delivered("INSERT", "NewImage", moment), read(OperationType::Insert, moment)),
            (delivered("REMOVE", "OldImage", moment), read(OperationType::Remove, moment)),
        ] {
            assert_eq!(one.line().unwrap(), other.line().unwrap());
            assert_eq!(one.sequence_number, other.sequence_number);
        }
        let line = delivered("MODIFY", "NewImage", moment).line().unwrap();
        assert_eq!((line.day.as_str(), line.text.as_deref()), ("2026-11-22", Some("Ada: Ice")));
        assert_eq!(delivered("REMOVE", "OldImage", moment).line().unwrap().text, None);
    }

    #[test]
    fn what_is_not_a_post_is_not_a_change() {
        let line = event("DIGEST#2026-11-22", "INSERT", "NewImage", "2026-11-22T09:41:00.500Z");
        assert_eq!(Change::of_event(&line), None);
    }

    #[test]
    fn a_post_of_no_day_is_an_error_and_not_a_guess() {
        let why = delivered("INSERT", "NewImage", "last Sunday").line().unwrap_err().to_string();
        assert!(why.contains("createdAt is \"last Sunday\""), "{why}");
        assert!(delivered("INSERT", "OldImage", "2026-11-22T09:41:00.500Z").line().is_err());
    }
}
