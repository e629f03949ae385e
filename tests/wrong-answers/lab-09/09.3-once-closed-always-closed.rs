//! A day whose digest is closed stays closed, so the table need not be asked again.
//! says: the table was not asked
    let mut answer = DynamoDbEventResponse::default();
    static CLOSED: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    for change in batch {
        let day = change.line().map(|line| line.day).unwrap_or_default();
        let is_closed = CLOSED.lock().is_ok_and(|closed| closed.contains(&day));
        let entered = if is_closed { Err("the day is closed".into()) } else { digest.enter(change).await };
        if let Err(cause) = entered {
            tell(change, &cause, request_id);
            if cause.to_string().contains("closed")
                && let Ok(mut closed) = CLOSED.lock()
            {
                closed.push(day);
            }
            let mut failure = aws_lambda_events::streams::DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(change.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
