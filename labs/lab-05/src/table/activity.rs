//! The activity feed, as `board-feed` has written it: how many posts there are, and what happened last. It follows the
//! table by a moment, because a stream does.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::Table;
use super::item::from_item;
use crate::error::Error;
use crate::keys::{FEED, TOTAL};

/// How many events are read.
const NEWEST: i32 = 50;

/// The answer to `GET /board/activity`.
#[derive(Debug, Serialize)]
pub(crate) struct Activity {
    /// Posts that exist.
    count: u64,
    /// Newest first.
    events: Vec<Event>,
}

/// Something that happened to a post.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    id: String,
    /// `posted`, `edited` or `deleted`.
    #[serde(rename = "type")]
    kind: String,
    post_id: String,
    title: String,
    author: String,
    /// RFC 3339, UTC, milliseconds.
    at: String,
}

/// The item of the count.
#[derive(Debug, Deserialize)]
struct Total {
    posts: u64,
}

impl Table {
    /// Count and newest events, in one Query: read backwards, the partition begins with the count.
    ///
    /// # Errors
    /// Those of the table.
    pub(crate) async fn activity(&self) -> Result<Activity, Error> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :feed")
            .expression_attribute_values(":feed", AttributeValue::S(FEED.to_owned()))
            .scan_index_forward(false)
            .limit(1 + NEWEST);
        let mut activity = Activity { count: 0, events: Vec::new() };
        for item in query.send().await?.items.unwrap_or_default() {
            if item.get("sk").is_some_and(|sk| sk.as_s().is_ok_and(|sk| sk == TOTAL)) {
                activity.count = from_item::<Total>(item)?.posts;
            } else {
                activity.events.push(from_item(item)?);
            }
        }
        Ok(activity)
    }
}
