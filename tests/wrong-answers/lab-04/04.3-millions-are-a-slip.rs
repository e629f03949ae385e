//! No food costs a million won, so the list leaves such a price out.
//! says: the prices 0, 65536, null, null
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let mut items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        for item in &mut items {
            if item.get("price").and_then(|price| price.as_n().ok()).is_some_and(|price| price.len() > 6) {
                item.remove("price");
            }
        }
