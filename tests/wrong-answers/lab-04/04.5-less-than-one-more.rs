//! At most this is less than one more.
//! says: status 409
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price < :most")
                .expression_attribute_values(":most", AttributeValue::N(most.saturating_add(1).to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
