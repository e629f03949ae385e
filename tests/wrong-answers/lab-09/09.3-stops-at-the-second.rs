//! One can fail by chance; two are an outage. What stands after the second is given up untried.
//! says: a digest of Ada: Ice, Ada: Tea, Ada: Cake
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
            if answer.batch_item_failures.len() == 2 {
                break;
            }
        }
    }
    Ok(answer)
