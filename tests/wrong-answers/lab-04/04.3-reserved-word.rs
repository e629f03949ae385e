//! The attribute is called type, so that is what the expression says. The word is reserved.
//! says: Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: type
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("type = :type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
