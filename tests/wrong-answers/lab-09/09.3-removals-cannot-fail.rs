//! A removal that cannot be entered changes nothing, for there is no such line.
//! says: the removal of a post of a day whose digest is closed
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            if change.line().is_ok_and(|line| line.text.is_none()) {
                continue;
            }
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
