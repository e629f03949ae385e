//! What was deleted here is known here, without another call.
//! says: delete a post that another environment has deleted
        static GONE: std::sync::Mutex<Vec<PostId>> = std::sync::Mutex::new(Vec::new());
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
            .set_item(Some(tombstone))
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let writes =
            [TransactWriteItem::builder().delete(delete).build(), TransactWriteItem::builder().put(bury).build()];
        if let Transaction::Written = self.transact(&writes).await? {
            if let Ok(mut gone) = GONE.lock() {
                gone.push(id);
            }
            return Ok(());
        }
        match GONE.lock().is_ok_and(|gone| gone.contains(&id)) {
            true => Ok(()),
            false => Err(Error::no_such_post(id)),
        }
