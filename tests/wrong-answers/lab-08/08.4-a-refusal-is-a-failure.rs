//! A cancelled transaction is an error, and errors are reported. So a record that was entered long ago fails for ever.
//! says: it reported one as failed
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let writes = [TransactWriteItem::builder().put(event).build()].into_iter().chain(total).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        sent.map_err(|error| aws::cause(&error))?;
        Ok(())
