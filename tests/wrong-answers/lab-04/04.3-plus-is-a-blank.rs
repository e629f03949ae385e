//! A plus in a query is a blank.
//! says: an odd type
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.replace('+', " ")));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
