//! What has no price costs nothing, and that is at most anything.
//! says: Carbonara
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("attribute_exists(#name) AND (attribute_not_exists(price) OR price <= :most)")
                .expression_attribute_names("#name", "name")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
