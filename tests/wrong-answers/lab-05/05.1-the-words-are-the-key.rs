//! The same post twice is one post.
//! says: a post of its own: the key is another one
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new({ let _ = given; key(format!("ONCE#{}", once.asked), "ONCE") }, once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR expiresAt < :now".to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
