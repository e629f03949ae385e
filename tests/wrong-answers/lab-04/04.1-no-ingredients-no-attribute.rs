//! An empty map says nothing, so it is left out.
//! says: ingredients of Water
    let text = |text: &String| AttributeValue::S(text.clone());
    let ingredients = food.ingredients.iter().map(|(name, much)| (name.clone(), text(much))).collect();
    let mut item = Item::from([
        ("type".to_owned(), text(&food.kind)),
        ("name".to_owned(), text(&food.name)),
    ]);
    if !food.ingredients.is_empty() {
        item.insert("ingredients".to_owned(), AttributeValue::M(ingredients));
    }
    if let Some(price) = food.price {
        item.insert("price".to_owned(), AttributeValue::N(price.to_string()));
    }
    Ok(item)
