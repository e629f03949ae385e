//! The reply names the record that failed. With two of them, it names the second, and the first counts as done.
//! says: the reply names the other one
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures = vec![failure];
        }
    }
    Ok(answer)
