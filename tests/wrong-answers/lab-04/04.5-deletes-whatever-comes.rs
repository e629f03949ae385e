//! The condition is for those who name a limit. The others only want it gone, and DeleteItem of nothing succeeds.
//! says: expected status 404
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete,
        };
