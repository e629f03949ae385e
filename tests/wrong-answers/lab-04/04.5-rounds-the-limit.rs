//! Prices are in hundreds, so the limit is rounded up.
//! says: 8,050
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.div_ceil(100).saturating_mul(100).to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
