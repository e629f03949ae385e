//! Writing a change down once, however often it is delivered.
//!
//! The event's item and the count change in one transaction, and the item's key is made of the record and nothing else.
//! A record that comes again finds its item there, so the whole transaction is refused, the count included. No list of
//! seen records is needed beside it. It works as long as the item lives, which is 30 days; a stream keeps a record for
//! one, so none can come after that.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use board::keys::{FEED, Item, TOTAL, key};
use board::{aws, clock};
use lambda_runtime::Error;

use crate::change::Change;

/// How long an event stays in the feed, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// The feed's part of the table.
#[derive(Debug)]
pub(crate) struct Ledger {
    client: Client,
    table: String,
}

impl Ledger {
    /// The feed in this table.
    pub(crate) fn open(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Adds the change to the feed and to the count, unless that has been done.
    ///
    /// # Errors
    /// When the table did neither. Sending the record again is safe.
    pub(crate) async fn enter(&self, change: &Change) -> Result<(), Error> {
        let (event, total) = (self.event(change)?, self.total(change)?);
        // TODO(lab-08.4): a record that comes again adds to the count again. Write both or neither, and once.
        let event = TransactWriteItem::builder().put(event.build()?).build();
        for write in [event].into_iter().chain(total) {
            let sent = self.client.transact_write_items().transact_items(write).send().await;
            sent.map_err(|error| aws::cause(&error))?;
        }
        Ok(())
    }

    /// The event's item, still without a condition.
    fn event(&self, change: &Change) -> Result<PutBuilder, Error> {
        let mut item: Item = serde_dynamo::to_item(change)?;
        // TODO(lab-08.5): name the record's place in the stream. The clock has moved on when the record comes again.
        let place = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
        item.extend(key(FEED, format!("EVENT#{place}")));
        item.insert("expiresAt".to_owned(), number(clock::now() / 1000 + KEPT));
        Ok(Put::builder().table_name(&self.table).set_item(Some(item)))
    }

    /// What the change does to the count. An edit leaves it alone, and then so does its transaction: every posting and
    /// deletion wants that one item.
    fn total(&self, change: &Change) -> Result<Option<TransactWriteItem>, Error> {
        let posts = change.posts();
        if posts == 0 {
            return Ok(None);
        }
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(FEED, TOTAL)))
            .update_expression("ADD posts :posts")
            .expression_attribute_values(":posts", number(posts.into()))
            .build()?;
        Ok(Some(TransactWriteItem::builder().update(update).build()))
    }
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
