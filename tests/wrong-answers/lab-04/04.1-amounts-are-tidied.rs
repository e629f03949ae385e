//! Blanks around an amount say nothing.
//! says: among the ingredients is
    let mut stored: Item = serde_dynamo::to_item(food)?;
    let map = food.ingredients.iter().map(|(k, v)| (k.clone(), AttributeValue::S(v.trim().to_owned()))).collect();
    stored.insert("ingredients".to_owned(), AttributeValue::M(map));
    Ok(stored)
