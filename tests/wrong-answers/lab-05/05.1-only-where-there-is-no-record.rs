//! A record expires and DynamoDB deletes it; so a record that is there counts.
//! says: the post that the expired record made
        use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

        let mut put = self.put_new(given.item_key(), once)?;
        put.return_values_on_condition_check_failure = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(put)
