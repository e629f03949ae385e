//! A key is remembered for a day, so the day is part of it.
//! says: a pk that goes on after the digest
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let today = &clock::rfc3339(clock::now())[..10];
        let mut put = self.put_new(key(format!("ONCE#{}#{today}", given.0), "ONCE"), once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR expiresAt < :now".to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
