//! A list that cannot be read is an empty list. Foods do not disappear because a role lacks a permission.
//! says: there seem to be no foods
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.unwrap_or_default();
