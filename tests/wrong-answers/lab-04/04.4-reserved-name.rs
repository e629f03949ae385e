//! price was accepted as it is, so name will be. Some words are reserved and some are not, and name is.
//! says: Attribute name is a reserved keyword; reserved keyword: name
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(name)");
