//! Lambda knows which record failed, and that is enough. Why it failed, nobody learns.
//! says: nothing to the cause
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            let _ = (&cause, request_id, tell);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
