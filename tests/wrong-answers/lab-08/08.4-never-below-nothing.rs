//! A count below nothing would be shown to readers, so the write says that there is something to take away.
//! says: what the count refuses was taken for a repeat
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;

        let total = total.map(|mut total| {
            if change.posts() < 0
                && let Some(update) = total.update.as_mut()
            {
                update.condition_expression = Some("posts > :nothing".to_owned());
                update.expression_attribute_values.get_or_insert_default().insert(":nothing".to_owned(), number(0));
            }
            total
        });
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await else {
            return Ok(());
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ConditionalCheckFailed"))
        {
            return Ok(());
        }
        Err(aws::cause(&error).into())
