//! One call, one answer. An answer of the table holds at most 1 MB, and what comes after that is left out without an
//! error.
//! says: 4 foods: Recipe 1, Recipe 2, Recipe 3, Recipe 4
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.send().await?.items.unwrap_or_default();
