//! If the tombstone cannot be read, something is broken.
//! says: 503
        use super::transaction::Transaction;
        use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let bury = Put::builder()
            .table_name(&self.name)
            .set_item(Some(tombstone.clone()))
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let writes =
            [TransactWriteItem::builder().delete(delete).build(), TransactWriteItem::builder().put(bury).build()];
        if let Transaction::Written = self.transact(&writes).await? {
            return Ok(());
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone)).consistent_read(true);
        match get.send().await.map_err(|why| Error::Internal(why.to_string()))?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
