//! The condition keeps ids that never existed from becoming posts. Two changes of one version both pass it.
//! says: expected status 409
        let update = update.condition_expression("attribute_exists(pk)").return_values_on_condition_check_failure(
            aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
        );
