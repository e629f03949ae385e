//! `board-feed`: the function behind the table's stream. It keeps the number of posts and the activity feed.
//!
//! The stream has each change once, but Lambda delivers at least once: a batch comes again when this function failed or
//! was cut off, also the records of it that it had dealt with. `change.rs` says what a record means, `ledger.rs` sees to it
//! that it counts once. Start here.

mod change;
mod ledger;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use board::{aws, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::json;

use crate::change::Change;
use crate::ledger::Ledger;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ledger = &Ledger::open(aws::dynamodb().await?, variable("TABLE_NAME")?);
    run(service_fn(|event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(take(ledger, event.payload, &event.context.request_id).await)
    }))
    .await
}

/// Takes the records in their order, and stops at the first that fails: Lambda sends everything from the lowest
/// reported record on again, so going on would only do the rest twice. Those before it are done and stay done.
async fn take(ledger: &Ledger, batch: Event, request_id: &str) -> DynamoDbEventResponse {
    let mut answer = DynamoDbEventResponse::default();
    for record in batch.records {
        let Err(cause) = take_one(ledger, &record).await else { continue };
        let line = json!({
            "level": "ERROR",
            "requestId": request_id,
            "eventId": record.event_id,
            "sequenceNumber": record.change.sequence_number,
            "message": "this record failed; Lambda will send it and those after it again",
            "cause": cause.to_string(),
        });
        eprintln!("{line}");
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = record.change.sequence_number;
        answer.batch_item_failures.push(failure);
        break;
    }
    answer
}

async fn take_one(ledger: &Ledger, record: &EventRecord) -> Result<(), Error> {
    match Change::of(record)? {
        Some(change) => ledger.enter(&change).await,
        None => Ok(()),
    }
}
