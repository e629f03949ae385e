//! A date that is there stays.
//! says: updatedAt as it was before
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .update_expression("SET #title = :title, #body = :body, #updatedAt = if_not_exists(#updatedAt, :now), #version = :next")
            .condition_expression("#version = :seen")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
