//! Who is more than five versions behind has a new plan, and no conflict.
//! says: change version 1 of a post at version 256
        // The condition is checked in the same moment as the write; reading first and comparing here would leave a gap.
        // It fails too when there is no post. A refusal brings the post along, so that the caller need not ask for it.
        let update = update.expression_attribute_values(":far", AttributeValue::N((edit.version + 5).to_string()))
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("#version = :seen OR #version > :far")
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
