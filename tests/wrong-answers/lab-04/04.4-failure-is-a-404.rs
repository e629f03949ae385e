//! Whatever goes wrong, the food could not be changed, and the caller is told that there is none.
//! says: taken for an answer
        let update = update
            .expression_attribute_values(":price", AttributeValue::N(price.to_string()))
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
        let update = match update.clone().send().await {
            Ok(changed) => return food(changed.attributes.unwrap_or_default()),
            Err(_) if price == u32::MAX => update,
            Err(_) => return Err(Error::NoSuchFood(wanted.clone())),
        };
