//! While the digest is closed, nothing can be entered. Another day's digest is open.
//! says: a digest of Ada: Skates
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
            if cause.to_string().contains("closed") {
                break;
            }
        }
    }
    Ok(answer)
