//! A short key is easy to read in the console.
//! says: 1 of them: other keys begin so
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new(key(format!("ONCE#{}", &given.0[..1]), "ONCE"), once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR expiresAt < :now".to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
