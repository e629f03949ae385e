//! Repeats come within minutes.
//! says: a record whose expiresAt is a day ahead
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new(given.item_key(), once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR expiresAt < :now".to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        put.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        put.item.insert("expiresAt".to_owned(), AttributeValue::N((clock::now() / 1000 + 3600).to_string()));
        Ok(put)
