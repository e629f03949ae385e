//! Where there is no table there is no feed either, and nothing to be done.
//! says: after ResourceNotFoundException
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) {
            return Ok(());
        }
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && event.code() == Some("ConditionalCheckFailed")
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
