//! A partition that is full stays full, so the record is left out.
//! says: after ItemCollectionSizeLimitExceeded
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;

        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };

        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && (event.code() == Some("ConditionalCheckFailed")
                || cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ItemCollectionSizeLimitExceeded")))
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
