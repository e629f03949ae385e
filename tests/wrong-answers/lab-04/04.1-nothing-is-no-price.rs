//! What costs nothing has no price. Water does cost nothing.
//! says: the price 0
    let text = |text: &String| AttributeValue::S(text.clone());
    let ingredients = food.ingredients.iter().map(|(name, much)| (name.clone(), text(much))).collect();
    let mut item = Item::from([
        ("type".to_owned(), text(&food.kind)),
        ("name".to_owned(), text(&food.name)),
        ("ingredients".to_owned(), AttributeValue::M(ingredients)),
    ]);
    if let Some(price) = food.price.filter(|price| *price > 0) {
        item.insert("price".to_owned(), AttributeValue::N(price.to_string()));
    }
    Ok(item)
