//! More than ten failures in one batch are an outage, and an outage is reported to Lambda by an error.
//! says: what stands before them need not come again
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    if answer.batch_item_failures.len() > 10 { return Err("too much failed".into()); }
    Ok(answer)
