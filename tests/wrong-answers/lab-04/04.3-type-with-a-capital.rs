//! Types begin with a capital.
//! says: 0 foods
        let mut letters = kind.chars();
        let kind: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
