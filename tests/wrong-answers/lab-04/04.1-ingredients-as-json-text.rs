//! What is nested becomes JSON first. Then it is one long text to the table, which can look into no part of it.
//! says: ingredients of Soybean paste stew is a text (S)
    let mut item: Item = serde_dynamo::to_item(food)?;
    let text = serde_json::to_string(&food.ingredients).map_err(|error| Error::Internal(error.to_string()))?;
    item.insert("ingredients".to_owned(), AttributeValue::S(text));
    Ok(item)
