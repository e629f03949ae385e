//! Who has not seen the edit does not mean it.
//! says: expected status 204
        use super::transaction::Transaction;
        use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .condition_expression("attribute_exists(pk) AND #version = :one")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":one", aws_sdk_dynamodb::types::AttributeValue::N("1".to_owned()))
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
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone.clone())).consistent_read(true);
        match get.send().await?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
