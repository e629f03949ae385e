//! The condition is right, and the new price arrives as a text: N is for numbers, and looks like S when it is written down.
//! says: price of Carbonara is a text (S), "15000"
        let update = update
            .expression_attribute_values(":price", AttributeValue::S(price.to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
