//! DeleteItem of nothing succeeds, so it always says 204, even to an id with a typing error in it.
//! says: expected status 404
        self.client.delete_item().table_name(&self.name).set_key(Some(post_key(id))).send().await?;
        Ok(())
