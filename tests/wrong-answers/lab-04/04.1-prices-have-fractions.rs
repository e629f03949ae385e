//! Prices are numbers with a fraction, so the price goes through f32. That is exact up to 16,777,216.
//! says: the price 16777217
    let text = |text: &String| AttributeValue::S(text.clone());
    let ingredients = food.ingredients.iter().map(|(name, much)| (name.clone(), text(much))).collect();
    let mut item = Item::from([
        ("type".to_owned(), text(&food.kind)),
        ("name".to_owned(), text(&food.name)),
        ("ingredients".to_owned(), AttributeValue::M(ingredients)),
    ]);
    if let Some(price) = food.price {
        item.insert("price".to_owned(), AttributeValue::N((price as f32).to_string()));
    }
    Ok(item)
