//! Who else would write this event at the same moment? It is being entered, so it is a repeat.
//! says: after TransactionConflict for the first write
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;

        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };

        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && matches!(event.code(), Some("ConditionalCheckFailed" | "TransactionConflict"))
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
