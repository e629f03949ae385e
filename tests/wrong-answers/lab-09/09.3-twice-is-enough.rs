//! What has failed twice fails for ever. The third try is the one that might have succeeded.
//! says: the removal entered: the digest of its day is open by now
    static SEEN: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    let mut answer = DynamoDbEventResponse::default();
    for change in batch {
        let twice = SEEN.lock().unwrap().iter().filter(|number| **number == change.sequence_number).count() > 1;
        let entered = if twice { Err("it has failed twice".into()) } else { digest.enter(change).await };
        if let Err(cause) = entered {
            SEEN.lock().unwrap().push(change.sequence_number.clone());
            tell(change, &cause, request_id);
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
