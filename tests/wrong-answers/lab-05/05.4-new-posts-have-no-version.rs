//! A post that does not exist has no version to compare, so that is allowed as well.
//! says: expected status 404
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("attribute_not_exists(pk) OR #version = :seen")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
