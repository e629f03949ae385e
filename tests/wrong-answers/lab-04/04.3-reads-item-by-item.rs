//! With a limit of one, no answer is ever too long. Each of them is a call.
//! says: one call for two foods
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.limit(1).into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
