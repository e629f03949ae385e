//! A tombstone is a new item, so its write refuses to replace one.
//! says: its former tombstone kept the new one out
        use super::transaction::Transaction;
        use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};

        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let bury = self.put_new(tombstone.clone(), &serde_json::json!({}))?;
        let writes =
            [TransactWriteItem::builder().delete(delete).build(), TransactWriteItem::builder().put(bury).build()];
        if let Transaction::Written = self.transact(&writes).await? {
            return Ok(());
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone)).consistent_read(true);
        match get.send().await?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
