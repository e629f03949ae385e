//! What the table refuses has nothing to do with a record, so it is an error of the whole.
//! says: two good posts, while the function may not write
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            if !["closed", "createdAt", "no post"].iter().any(|known| cause.to_string().contains(known)) {
                return Err(cause);
            }
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
