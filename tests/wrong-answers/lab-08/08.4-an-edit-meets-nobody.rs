//! An edit leaves the count alone, so its transaction is only cancelled when it is there.
//! says: after an edit was cancelled
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let has_total = total.is_some();
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && (event.code() == Some("ConditionalCheckFailed") || !has_total)
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
