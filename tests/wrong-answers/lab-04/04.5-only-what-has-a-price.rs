//! The condition for no limit is that there is some price.
//! says: expected status 204
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete.condition_expression("attribute_exists(price)"),
        };
