//! When more than half fails, something outside is wrong, and the batch comes again as it is.
//! says: a batch of six posts, the four in the middle bad
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    if batch.len() > 2 && answer.batch_item_failures.len() * 2 > batch.len() {
        return Err("most of the batch failed".into());
    }
    Ok(answer)
