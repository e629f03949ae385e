//! A consistent read is never wrong. It costs twice as much, and nothing here asks for one.
//! says: a consistent read costs twice as much
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.consistent_read(true).into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
