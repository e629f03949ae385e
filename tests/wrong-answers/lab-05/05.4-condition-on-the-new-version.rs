//! The condition compares with the version that is about to be written, which no post ever has.
//! says: expected status 200
        let update = update.condition_expression("#version = :next").return_values_on_condition_check_failure(
            aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
        );
