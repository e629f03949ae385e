//! Three failures are named; whoever has more has another trouble.
//! says: a batch of six posts, the four in the middle bad
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
            if answer.batch_item_failures.len() == 3 {
                break;
            }
        }
    }
    Ok(answer)
