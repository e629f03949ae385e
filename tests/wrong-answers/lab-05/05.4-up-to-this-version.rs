//! What the author has seen is this version or an older one, so the current one must not be newer. It could be older than
//! what the author claims.
//! says: expected status 409
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("#version <= :seen")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
