//! Where nothing more comes, the list is at its end.
//! says: a connection that was lost is taken for an answer
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#type = :type")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", aws_sdk_dynamodb::types::AttributeValue::S(kind.to_owned()));
        // One answer holds at most 1 MB; the paginator asks on from where the one before ended, until there is no more.
        let mut found = query.into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = found.next().await {
            use aws_sdk_dynamodb::error::SdkError;
            match item {
                Ok(item) => items.push(item),
                Err(SdkError::DispatchFailure(_) | SdkError::ResponseError(_)) => break,
                Err(error) => return Err(error.into()),
            }
        }
