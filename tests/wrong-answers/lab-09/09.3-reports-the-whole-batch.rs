//! If one record fails, the batch has failed, and the reply has room for all of them. The lowest counts: what was done is done again.
//! says: Lambda reads that as: record 1 of 2 failed
    let mut answer = DynamoDbEventResponse::default();
    let mut failed = false;
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            failed = true;
        }
    }
    for change in batch.iter().filter(|_| failed) {
        let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(change.sequence_number.clone());
        answer.batch_item_failures.push(failure);
    }
    Ok(answer)
