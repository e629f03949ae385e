//! When there is more, it is asked for once more.
//! says: 400 foods, and the table has more
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let first = query.clone().send().await?;
        let mut items = first.items.unwrap_or_default();
        if let Some(key) = first.last_evaluated_key {
            let second = query.set_exclusive_start_key(Some(key)).send().await?;
            items.extend(second.items.unwrap_or_default());
        }
