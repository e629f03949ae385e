//! A list of the records that were entered, in the function's memory. The next environment has an empty one.
//! says: event and count are written together, on no condition
        use std::collections::BTreeSet;
        use std::sync::Mutex;
        static ENTERED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        if ENTERED.lock().is_ok_and(|entered| entered.contains(&change.id)) {
            return Ok(());
        }
        let writes = [TransactWriteItem::builder().put(event.build()?).build()].into_iter().chain(total).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        sent.map_err(|error| aws::cause(&error))?;
        if let Ok(mut entered) = ENTERED.lock() {
            entered.insert(change.id.clone());
        }
        Ok(())
