//! Event and count are one transaction, so they agree. Nothing says that it happens once.
//! says: event and count are written together, on no condition
        let writes = [TransactWriteItem::builder().put(event.build()?).build()].into_iter().chain(total).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        sent.map_err(|error| aws::cause(&error))?;
        Ok(())
