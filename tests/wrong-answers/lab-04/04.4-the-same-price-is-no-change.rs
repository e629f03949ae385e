//! A price that is the same is no change, so the condition leaves it alone. To the caller there is no such food then.
//! says: set the price that Carbonara has
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(#name) AND (attribute_not_exists(price) OR price <> :price)")
            .expression_attribute_names("#name", "name");
