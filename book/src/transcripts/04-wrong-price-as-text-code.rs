use aws_sdk_dynamodb::types::AttributeValue;

let delete = match max_price {
    Some(most) => delete
        .condition_expression("price <= :most")
        .expression_attribute_values(":most", AttributeValue::S(most.to_string())),
    None => {
        delete.condition_expression("attribute_exists(#name)").expression_attribute_names("#name", "name")
    }
};
