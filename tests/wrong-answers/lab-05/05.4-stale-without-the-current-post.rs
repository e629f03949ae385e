//! A condition is enough to refuse. But a refusal that brings nothing along looks the same as "there is no post".
//! says: expected status 409
        let update = update
            .expression_attribute_values(":seen", AttributeValue::N(edit.version.to_string()))
            .condition_expression("#version = :seen");
