//! Without a limit nothing can go wrong, so one may look whether it is there and delete it then.
//! says: the table was asked: GetItem
        use aws_sdk_dynamodb::types::AttributeValue;

        if max_price.is_none() {
            let there = self.client.get_item().table_name(&self.name).set_key(Some(key(wanted)?)).send().await?;
            if there.item.is_none() {
                return Err(Error::NoSuchFood(wanted.clone()));
            }
        }
        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
