//! The tombstone comes first, so that it is there in any case: also for posts that never existed.
//! says: PutItem
        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let get = self.client.get_item().table_name(&self.name).set_key(Some(post_key(id))).consistent_read(true);
        if get.send().await?.item.is_some() {
            self.client.put_item().table_name(&self.name).set_item(Some(tombstone.clone())).send().await?;
            self.client.delete_item().table_name(&self.name).set_key(Some(post_key(id))).send().await?;
            return Ok(());
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone)).consistent_read(true);
        match get.send().await?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
