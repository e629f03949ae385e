//! A record's id is its eventID, so that is what identifies it. Lambda looks for a sequence number, finds none in the batch, and takes the
//! whole batch as failed.
//! says: is the SequenceNumber of no record in the batch
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.event_id.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
