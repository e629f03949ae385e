//! A conflict passes, so it is tried until it has.
//! says: one right after the other
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let writes: Vec<TransactWriteItem> = writes;
        let error = loop {
            let sent = self.client.transact_write_items().set_transact_items(Some(writes.clone())).send().await;
            let Err(error) = sent else { return Ok(()) };
            let reasons = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
                _ => break error,
            };
            if !reasons.iter().any(|reason| reason.code() == Some("TransactionConflict")) {
                break error;
            }
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && event.code() == Some("ConditionalCheckFailed")
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
