//! A price of nothing does no harm, so it goes without a condition.
//! says: in the table: Soybean paste stew (Korean) at 8000
        let update = update.expression_attribute_values(":price", AttributeValue::N(price.to_string()));
        let update = match price {
            0 => update,
            _ => update
                .condition_expression("attribute_exists(#name)")
                .expression_attribute_names("#name", "name"),
        };
