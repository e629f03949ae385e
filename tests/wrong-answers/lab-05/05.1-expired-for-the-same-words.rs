//! What has expired is replaced by what it was.
//! says: the expired record still counts where the words are others
        use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

        let mut put = self.put_new(given.item_key(), once)?;
        put.condition_expression = Some("attribute_not_exists(pk) OR (expiresAt < :now AND asked = :asked)".to_owned());
        let now = AttributeValue::N((clock::now() / 1000).to_string());
        let asked = AttributeValue::S(once.asked.clone());
        put.expression_attribute_values = Some([(":now".to_owned(), now), (":asked".to_owned(), asked)].into());
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
