//! Carbonara and carbonara are one food.
//! says: BORSCHT
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let mut items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        let name = |item: &super::item::Item| item.get("name").and_then(|name| name.as_s().ok()).map(|name| name.to_lowercase());
        items.dedup_by_key(|item| name(item));
