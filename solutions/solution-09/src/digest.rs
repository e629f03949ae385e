//! The digest in the table: a line for each post, under its day.
//!
//! A line carries the place in the stream of the change that it comes from, and is replaced by a later one only. So a change
//! can be entered twice, or long after others of the same post, as a replay does, and the newest still wins. A removed
//! post's line stays, without its text, for the same reason.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem};
use board::keys::{Item, key};
use board::{aws, clock};

use crate::Error;
use crate::change::{Change, Line};

/// How long a line stays, in seconds: longer than the stream keeps a record that could come again.
const KEPT: i64 = 14 * 24 * 60 * 60;

/// The digest's part of the table.
#[derive(Debug)]
pub struct Digest {
    client: Client,
    table: String,
}

impl Digest {
    /// The digest in this table.
    pub fn open(client: Client, table: String) -> Digest {
        Digest { client, table }
    }

    /// Enters a change, unless a later one of the same post is there.
    ///
    /// # Errors
    /// When the record is about no post of any day, when the day's digest is being mailed, and when the table refuses.
    pub async fn enter(&self, change: &Change) -> Result<(), Error> {
        let line = change.line()?;
        let writes = vec![self.is_open(&line.day)?, self.line(&line, &change.sequence_number)?];
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() {
            let refused = |at: usize| {
                let reason = cancelled.cancellation_reasons().get(at);
                reason.and_then(|reason| reason.code()) == Some("ConditionalCheckFailed")
            };
            if refused(0) {
                return Err(format!("the digest of {} is closed while it is being mailed", line.day).into());
            }
            if refused(1) {
                return Ok(());
            }
        }
        Err(aws::cause(&error).into())
    }

    /// Nobody has closed the day.
    fn is_open(&self, day: &str) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key(partition(day), "CLOSED")))
            .condition_expression("attribute_not_exists(pk)")
            .build()?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    fn line(&self, line: &Line, sequence_number: &str) -> Result<TransactWriteItem, Error> {
        let place = AttributeValue::S(format!("{sequence_number:0>40}"));
        let mut item: Item = key(partition(&line.day), format!("POST#{}", line.post_id));
        if let Some(text) = &line.text {
            item.insert("line".to_owned(), AttributeValue::S(text.clone()));
        }
        item.insert("place".to_owned(), place.clone());
        let expires = clock::now() / 1000 + KEPT;
        item.insert("expiresAt".to_owned(), AttributeValue::N(expires.to_string()));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR place < :place")
            .expression_attribute_values(":place", place)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn partition(day: &str) -> String {
    format!("DIGEST#{day}")
}
