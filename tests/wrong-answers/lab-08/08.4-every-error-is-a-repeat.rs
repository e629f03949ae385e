//! What cannot be written has been written before. Or the function may not write, and nothing was.
//! says: a reply that says that all is done
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && cancelled.cancellation_reasons().iter().all(|reason| reason.code() != Some("ConditionalCheckFailed"))
        {
            return Err(aws::cause(&error).into());
        }
        Ok(())
