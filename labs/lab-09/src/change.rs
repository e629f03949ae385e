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
