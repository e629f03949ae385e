//! The condition is the only thing that can cancel it, so a cancelled transaction is one that was made before. Two batches that
//! write the count at the same moment are cancelled as well, and then nothing has been done.
//! says: cancelled for a conflict, and the reply says that all is done
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Err(error) if error.as_service_error().is_some_and(|error| error.is_transaction_canceled_exception()) => Ok(()),
            sent => sent.map(|_| ()).map_err(|error| aws::cause(&error).into()),
        }
