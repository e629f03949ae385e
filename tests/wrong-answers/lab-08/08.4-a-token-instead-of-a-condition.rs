//! A token makes a transaction idempotent, so the record's id is the token. The table remembers it for ten minutes, and a stream
//! its records for a day.
//! says: the table has forgotten the ClientRequestToken after ten minutes
        let writes = [TransactWriteItem::builder().put(event.build()?).build()].into_iter().chain(total).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).client_request_token(&change.id);
        sent.send().await.map_err(|error| aws::cause(&error))?;
        Ok(())
