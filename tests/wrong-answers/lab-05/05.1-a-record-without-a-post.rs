//! A record that names no post is as good as none.
//! says: lost its postId
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new(given.item_key(), once)?;
        let counts_no_more = "attribute_not_exists(pk) OR expiresAt < :now OR attribute_not_exists(postId)";
        put.condition_expression = Some(counts_no_more.to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
