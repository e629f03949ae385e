//! Who is second finds the next version there.
//! says: expected status 409
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("attribute_exists(pk) AND #version <> :next AND :seen <= #version")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
