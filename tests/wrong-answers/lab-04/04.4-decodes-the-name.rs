//! What stands in an address is encoded.
//! says: an odd name and type
        let name = percent_encoding::percent_decode_str(&wanted.name).decode_utf8_lossy().into_owned();
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name")
            .set_key(Some(key(&Key { kind: wanted.kind.clone(), name })?));
