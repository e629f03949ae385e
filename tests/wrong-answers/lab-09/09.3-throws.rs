//! What fails is an error, and an error is returned. To Lambda nothing of the batch has been done, and all of it comes again.
//! says: Your function ended with an error: "createdAt is
    for change in batch {
        digest.enter(change).await.inspect_err(|cause| tell(change, cause, request_id))?;
    }
    Ok(DynamoDbEventResponse::default())
