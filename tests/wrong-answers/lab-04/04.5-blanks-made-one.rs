//! Two blanks in a name are a slip of the finger.
//! says: an odd name and type
        use aws_sdk_dynamodb::types::AttributeValue;

        let name = wanted.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let delete = delete.set_key(Some(key(&Key { kind: wanted.kind.clone(), name })?));
        let delete = match max_price {
            Some(most) => delete
                .condition_expression("price <= :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string())),
            None => delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name"),
        };
