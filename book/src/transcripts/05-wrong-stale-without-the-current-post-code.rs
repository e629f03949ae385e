let update = update
    .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
    .condition_expression("#version = :seen");
