//! `board-digest` as Lambda starts it: the function behind the table's stream that keeps the digest. What it does with a batch
//! of which one record fails is the matter of this lab; the rest is in the library.

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use board::{aws, variable};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::json;

use solution_09::Error;
use solution_09::change::Change;
use solution_09::digest::Digest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let digest = &Digest::open(aws::dynamodb().await?, variable("TABLE_NAME")?);
    run(service_fn(|event: LambdaEvent<Event>| async move {
        let changes: Vec<Change> = event.payload.records.iter().filter_map(Change::of_event).collect();
        take(digest, &changes, &event.context.request_id).await
    }))
    .await
}

/// Enters the changes of a batch, in their order.
async fn take(digest: &Digest, batch: &[Change], request_id: &str) -> Result<DynamoDbEventResponse, Error> {
    // lab-09.3 begin
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
            // On with the rest: when Lambda gives this record up, it gives up what comes after it in the batch.
        }
    }
    Ok(answer)
    // lab-09.3 starter
    // | // TODO(lab-09.3): what comes before a bad record is done, and need not come again.
    // | for change in batch {
    // |     let entered = digest.enter(change).await;
    // |     entered.inspect_err(|cause| tell(change, cause, request_id))?;
    // | }
    // | Ok(DynamoDbEventResponse::default())
    // lab-09.3 end
}

/// A line of the log for a record that failed.
fn tell(change: &Change, cause: &Error, request_id: &str) {
    let line = json!({
        "level": "ERROR",
        "requestId": request_id,
        "eventId": change.event_id,
        "sequenceNumber": change.sequence_number,
        "message": "this record failed",
        "cause": cause.to_string(),
    });
    eprintln!("{line}");
}
