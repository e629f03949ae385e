//! The partition key names the post, the notes say. This table's key has two parts, and a key is all of it.
//! says: The provided key element does not match the schema
        let delete = self.client.delete_item().table_name(&self.name);
        delete.key("pk", aws_sdk_dynamodb::types::AttributeValue::S(format!("{id}"))).send().await?;
        Ok(())
