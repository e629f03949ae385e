//! The event with its condition first, and then the count. Whoever is cut off between them loses a post.
//! says: the count is written by a call of its own
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let event = TransactWriteItem::builder().put(event).build();
        match self.client.transact_write_items().transact_items(event).send().await {
            Err(error) if error.as_service_error().is_some_and(|error| error.is_transaction_canceled_exception()) => return Ok(()),
            sent => sent.map_err(|error| aws::cause(&error))?,
        };
        if let Some(total) = total {
            let sent = self.client.transact_write_items().transact_items(total).send().await;
            sent.map_err(|error| aws::cause(&error))?;
        }
        Ok(())
