//! Nobody reads more than a thousand foods.
//! says: 1000 foods
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));

        let mut items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        items.truncate(1000);
