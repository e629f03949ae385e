//! Changing a price needs one that is there. A food may have none yet.
//! says: price of Carbonara is not there
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(price)");
