//! One try is enough: who deletes can try again. The board has a loop for that, and it is not used.
//! says: expected status 204
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
        let sent = self.client.transact_write_items().set_transact_items(Some(writes.to_vec())).send().await;
        match sent {
            Ok(_) => return Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_transaction_canceled_exception()) => {}
            Err(error) => return Err(error.into()),
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone)).consistent_read(true);
        match get.send().await?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
