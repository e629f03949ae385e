//! A condition on the write, and a read before it, so that the answer is known. The read is paid each time, and tells
//! nothing that the refusal does not.
//! says: one call of the table
        let _known = self.read(id).await?;
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("#version = :seen")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
