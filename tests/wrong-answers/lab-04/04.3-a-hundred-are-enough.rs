//! Nobody reads more than a hundred foods, so there are no more. Who looks for the next one does not find it.
//! says: got 100 foods
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        let items = items.into_iter().take(100).collect::<Vec<_>>();
