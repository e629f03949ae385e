//! An edit counts nothing, so it needs no condition. Its event is written once more whenever it comes.
//! says: the event written once more
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = if change.posts() == 0 { event } else { event.condition_expression("attribute_not_exists(pk)") }.build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && let Some(event) = cancelled.cancellation_reasons().first()
            && event.code() == Some("ConditionalCheckFailed")
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
