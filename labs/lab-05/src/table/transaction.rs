//! Writing several items or none. DynamoDB's transactions are optimistic: two that touch the same item at the same time
//! do not wait for each other, one of them is refused. So a refusal can mean "not now" or "not like this", and only the
//! second is an answer.

use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

use super::Table;
use crate::error::{Error, means_busy};

/// How often a transaction is sent when another one is in its way.
const TRIES: u32 = 6;

/// What became of a transaction.
#[derive(Debug)]
pub(crate) enum Transaction {
    /// All of it is written.
    Written,
    /// Nothing is, because a condition did not hold: one reason for each write, in their order.
    Refused(Vec<CancellationReason>),
}

impl Table {
    /// Sends the writes as one. Others in the way are given time to finish.
    ///
    /// # Errors
    /// `Busy` when they do not finish, or the table has no capacity left.
    pub(crate) async fn transact(&self, writes: &[TransactWriteItem]) -> Result<Transaction, Error> {
        let mut attempt = 1;
        loop {
            let sent = self.client.transact_write_items().set_transact_items(Some(writes.to_vec())).send().await;
            let error = match sent {
                Ok(_) => return Ok(Transaction::Written),
                Err(error) => error,
            };
            let reasons = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    cancelled.cancellation_reasons()
                }
                _ => return Err(error.into()),
            };
            if reasons.iter().any(|reason| reason.code() == Some("ConditionalCheckFailed")) {
                return Ok(Transaction::Refused(reasons.to_vec()));
            }
            let Some(busy) = reasons.iter().find_map(|reason| reason.code().filter(|code| means_busy(code))) else {
                return Err(error.into());
            };
            if attempt == TRIES {
                return Err(Error::Busy(format!(
                    "{TRIES} transactions in a row were cancelled, the last one by {busy}"
                )));
            }
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
        }
    }
}

/// A random time up to a limit that doubles: were it not random, two transactions that met once would meet again.
fn pause(attempt: u32) -> Duration {
    Duration::from_millis(fastrand::u64(1..=10 << attempt))
}
