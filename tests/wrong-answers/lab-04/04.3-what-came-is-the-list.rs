//! What could be read is better than nothing.
//! says: what could be read is taken for all
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        let mut first = true;
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => items.extend(page.items.unwrap_or_default()),
                Err(error) if first => return Err(error.into()),
                Err(_) => break,
            }
            first = false;
        }
