//! Everything after the bad record is delivered again anyway, so it can wait. When the bad one is given up, what waited behind it goes
//! with it.
//! says: got an empty digest
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
            break;
        }
    }
    Ok(answer)
