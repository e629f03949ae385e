//! Nobody deletes a post again after a day, so its tombstone expires like a record of an act of posting. Then the post has never been there.
//! says: a tombstone with expiresAt
        use super::transaction::Transaction;
        use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut kept = tombstone.clone();
        let until = crate::clock::now() / 1000 + 24 * 60 * 60;
        kept.insert("expiresAt".to_owned(), aws_sdk_dynamodb::types::AttributeValue::N(until.to_string()));
        let bury = Put::builder()
            .table_name(&self.name)
            .set_item(Some(kept))
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
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
