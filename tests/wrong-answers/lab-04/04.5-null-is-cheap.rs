//! A price that is null is no obstacle.
//! says: whose price is null
        use aws_sdk_dynamodb::types::AttributeValue;

        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most OR attribute_type(price, :null)")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string()))
                .expression_attribute_values(":null", AttributeValue::S("NULL".to_owned())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
