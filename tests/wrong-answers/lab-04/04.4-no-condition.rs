//! UpdateItem updates, as its name says. Where there is nothing to update, it creates: the notes' PUT does.
//! says: Carbonara (Western) at 15000
        let update = update.expression_attribute_values(":price", AttributeValue::N(price.to_string()));
