//! The count is read, one is added, and it is written. Two batches that do so at once write the same number, so the role forbids the reading.
//! says: not authorized to perform: dynamodb:GetItem
        let event = event.condition_expression("attribute_not_exists(pk)").build()?;
        let read = self.client.get_item().table_name(&self.table).set_key(Some(key(FEED, TOTAL))).send().await;
        let found = read.map_err(|error| aws::cause(&error))?.item.unwrap_or_default();
        let before: i64 = found.get("posts").and_then(|posts| posts.as_n().ok()?.parse().ok()).unwrap_or_default();
        let mut count = key(FEED, TOTAL);
        count.insert("posts".to_owned(), number(before + i64::from(change.posts())));
        let count = Put::builder().table_name(&self.table).set_item(Some(count)).build()?;
        drop(total);
        let writes = [event, count].map(|put| TransactWriteItem::builder().put(put).build()).to_vec();
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Err(error) if error.as_service_error().is_some_and(|error| error.is_transaction_canceled_exception()) => Ok(()),
            sent => sent.map(|_| ()).map_err(|error| aws::cause(&error).into()),
        }
