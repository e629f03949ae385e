//! Where no connection is to be had there is nothing to report.
//! says: after a call whose connection was lost
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && cancelled.cancellation_reasons().first().is_some_and(|one| one.code() == Some("ConditionalCheckFailed"))
        {
            return Ok(());
        }
        if matches!(error, aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)) {
            return Ok(());
        }
        Err(aws::cause(&error).into())
