//! The board's table, and the design of its keys.
//!
//! One table holds everything: one name, one permission, one backup, one stream. The keys keep the kinds apart:
//!
//! | item | `pk` | `sk` | written by |
//! |---|---|---|---|
//! | post | `BOARD` | `POST#` id | create, update |
//! | idempotency record | `ONCE#` hash of the key | `ONCE` | create; expires after a day |
//! | tombstone | `GONE#` id | `GONE` | delete; tells "deleted" from "never existed"; kept |
//! | event of the feed | `FEED` | `EVENT#` place in the stream | `board-feed`; expires after 30 days |
//! | count of posts | `FEED` | `TOTAL` | `board-feed` |
//!
//! All posts share one partition key, and their ids begin with the time, so "the newest twenty" is one Query that reads
//! little more than twenty items, however many there are. That is the whole reason for the design, and this is its
//! price: one partition takes about 1,000 write units a second, and DynamoDB cannot split the end of an ever-growing
//! key. A new post of up to 1 KB costs two units, because a transaction writes it, so the board takes some 500 a
//! second; the stage's throttle in the template is below that. A busier board would spread its posts over keys such as
//! `BOARD#0` to `BOARD#7` by a hash of the id, and pay with eight queries a page; or over one key a month, and pay with
//! pages that cross months. An index would not help: its own partitions have the same limit, and it cannot be read
//! consistently.
//!
//! Reads are consistent, at twice the price: an author who has just posted finds the post in the list.
//!
//! Idempotency records and tombstones spread over the table by their hashes and ids. Nothing is ever found by Scan, and
//! the role does not allow one.

pub(crate) mod activity;
pub(crate) mod create;
mod delete;
mod item;
pub(crate) mod list;
mod read;
mod transaction;
mod update;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::Put;
use serde::Serialize;
use serde_dynamo::to_item;
use serde_json::json;

use crate::error::Error;
use crate::keys::{BOARD, Item, POST, key};
use crate::post::{Post, PostId};

/// The table of one board.
#[derive(Debug)]
pub(crate) struct Table {
    client: Client,
    name: String,
}

impl Table {
    /// The table of this name, with a connection open. That it exists is found out by the first request.
    ///
    /// # Errors
    /// When no client can be made.
    pub(crate) async fn connect(name: String) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let table = Self { client: crate::aws::dynamodb().await?, name };
        table.warm().await;
        Ok(table)
    }

    /// Reads an item that does not exist, so that names are resolved, the connection stands and the first signature has
    /// been made before anyone waits. Half a read unit. If it fails, the first request will, and with a better story.
    async fn warm(&self) {
        let nothing = self.client.get_item().table_name(&self.name).set_key(Some(key("WARM", "WARM"))).send();
        let failure = match tokio::time::timeout(Duration::from_secs(1), nothing).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => Error::from(error).cause().unwrap_or_default().to_owned(),
            Err(_) => "no answer within a second; has this function a route to DynamoDB?".to_owned(),
        };
        eprintln!("{}", json!({ "level": "WARN", "message": "the table did not answer at start", "cause": failure }));
    }

    /// A new item: the write refuses to replace one.
    fn put_new(&self, key: Item, content: &impl Serialize) -> Result<Put, Error> {
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item(key, content)?))
            .condition_expression("attribute_not_exists(pk)")
            .build();
        put.map_err(|error| Error::Internal(error.to_string()))
    }
}

/// The key of a post.
fn post_key(id: PostId) -> Item {
    key(BOARD, format!("{POST}{id}"))
}

/// The post in an item.
fn post(item: Item) -> Result<Post, Error> {
    Ok(item::from_item(item)?)
}

/// An item of this key and content.
fn item(key: Item, content: &impl Serialize) -> Result<Item, Error> {
    let mut item: Item = to_item(content)?;
    item.extend(key);
    Ok(item)
}
