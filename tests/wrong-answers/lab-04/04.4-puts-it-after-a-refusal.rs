//! If the update is refused, the food is read and put back. It was refused because there is none.
//! says: the table was asked: UpdateItem
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
        if let Err(_refused) = update.clone().send().await {
            let there = self.client.get_item().table_name(&self.name).set_key(Some(key(wanted)?)).send().await?;
            if let Some(item) = there.item {
                self.client.put_item().table_name(&self.name).set_item(Some(item)).send().await?;
            }
        }
