//! A price of nothing is a mistake of typing, so the smallest price is 1.
//! says: price of Carbonara is a number (N), 0
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.max(1).to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
