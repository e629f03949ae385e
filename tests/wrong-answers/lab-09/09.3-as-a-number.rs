//! A sequence number is a number, so it is named as one.
//! says: a reply that names something else
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            let number: u128 = change.sequence_number.parse().unwrap_or_default();
            failure.item_identifier = Some(number.to_string());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
