//! A Scan shows whether there is anything at all; then the Query need not be made in vain.
//! says: Scan and Query
        if self.client.scan().table_name(&self.name).send().await?.items.unwrap_or_default().is_empty() {
            return Ok(Vec::new());
        }
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
