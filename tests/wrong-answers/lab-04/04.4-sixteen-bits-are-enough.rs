//! No food costs more than 65,535.
//! says: 65536
        let update = update
            .expression_attribute_values(":price", AttributeValue::N((price as u16).to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
