//! Zero means that no limit was given.
//! says: expected status 409
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) if most > 0 => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            _ => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
