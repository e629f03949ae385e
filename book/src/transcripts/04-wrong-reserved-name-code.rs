let update = update
    .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
    .condition_expression("attribute_exists(name)");
