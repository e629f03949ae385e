//! Writing a change down once, however often it is delivered.
//!
//! The event's item and the count change in one transaction, and the item's key is made of the record and nothing else.
//! A record that comes again finds its item there, so the whole transaction is refused, the count included. No list of
//! seen records is needed beside it. It works as long as the item lives, which is 30 days; a stream keeps a record for
//! one, so none can come after that.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use lambda_runtime::Error;

use crate::change::Change;
use solution_05::clock;
use solution_05::keys::{FEED, Item, TOTAL, key};

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
        let event = TransactWriteItem::builder().put(self.event(change)?).build();
        // An edit leaves the count alone, and then so does its transaction: every posting and deletion wants that one
        // item.
        let total = match change.posts() {
            0 => None,
            posts => Some(TransactWriteItem::builder().update(self.total(posts)?).build()),
        };
        let writes = [event].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && event.code() == Some("ConditionalCheckFailed")
        {
            return Ok(());
        }
        Err(solution_05::aws::cause(&error).into())
    }

    fn event(&self, change: &Change) -> Result<Put, Error> {
        let mut item: Item = serde_dynamo::to_item(change)?;
        // Newest first is the stream's order, not the clock's: a removal is only known to the second. All posts share one
        // partition key and so one shard, in which sequence numbers grow; they have at most forty digits.
        item.extend(key(FEED, format!("EVENT#{:0>40}", change.sequence_number)));
        item.insert("expiresAt".to_owned(), number(clock::now() / 1000 + KEPT));
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        Ok(put.condition_expression("attribute_not_exists(pk)").build()?)
    }

    fn total(&self, posts: i8) -> Result<Update, Error> {
        let update = Update::builder().table_name(&self.table).set_key(Some(key(FEED, TOTAL)));
        Ok(update
            .update_expression("ADD posts :posts")
            .expression_attribute_values(":posts", number(posts.into()))
            .build()?)
    }
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
