//! A loop that asks on needs an end.
//! says: 600 foods, and the table has more
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));

        let mut items = Vec::new();
        let mut from = None;
        for _ in 0..3 {
            let page = query.clone().set_exclusive_start_key(from).send().await?;
            items.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
