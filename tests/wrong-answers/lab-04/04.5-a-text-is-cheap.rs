//! What is no number cannot be too much.
//! says: delete a food whose price is a text
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most OR attribute_type(price, :s)")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())).expression_attribute_values(":s", AttributeValue::S("S".to_owned())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
