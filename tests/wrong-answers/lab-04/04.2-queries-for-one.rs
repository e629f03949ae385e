//! A Query with both parts of the key finds the same item.
//! says: the table was asked: Query
        let found = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type AND #name = :name")
            .expression_attribute_names("#type", "type")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(wanted.kind.clone()))
            .expression_attribute_values(":name", aws_sdk_dynamodb::types::AttributeValue::S(wanted.name.clone()))
            .send()
            .await?;
        food(found.items.unwrap_or_default().into_iter().next().ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
