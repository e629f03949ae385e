//! A post that was changed is new.
//! says: createdAt is
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("#version = :seen")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            )
            .update_expression("SET #title = :title, #body = :body, #updatedAt = :now, createdAt = :now, #version = :next");
