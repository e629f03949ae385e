//! Whatever goes wrong, nothing was deleted, and the caller is told that there was nothing.
//! says: taken for an answer
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
        if let Err(error) = delete.clone().send().await {
            let refused = error.as_service_error().is_some_and(DeleteItemError::is_conditional_check_failed_exception);
            if !refused {
                return Err(Error::NoSuchFood(wanted.clone()));
            }
        } else {
            return Ok(());
        }
