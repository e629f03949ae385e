//! The error is in the log, and the batch goes through. Nobody reads the log, and nothing else remembers the record.
//! says: got no message in the queue
    for change in batch {
        if let Err(cause) = digest.enter(change).await {
            tell(change, &cause, request_id);
        }
    }
    Ok(DynamoDbEventResponse::default())
