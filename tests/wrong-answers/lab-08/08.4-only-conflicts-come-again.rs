//! A conflict passes, and every other cancellation is a repeat. There are more reasons than two.
//! says: somebody has written a text in place of the count
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && !cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some("TransactionConflict"))
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
