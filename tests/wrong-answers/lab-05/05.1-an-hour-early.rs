//! A record that is about to expire is as good as expired. A request that comes again within that hour makes a second post.
//! says: a second post
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new(given.item_key(), once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR expiresAt < :now".to_owned());
        let now = AttributeValue::N((clock::now() / 1000 + 60 * 60).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
