Ok(Item::from([
    ("type:".to_owned(), AttributeValue::S(food.kind.clone())),
    ("name".to_owned(), AttributeValue::S(food.name.clone())),
]))
