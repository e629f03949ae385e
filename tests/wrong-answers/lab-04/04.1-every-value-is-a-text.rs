//! Everything on the wire is text, and the console shows 15000 either way. To DynamoDB a text is not a number.
//! says: price of Soybean paste stew is a text (S), "8000"
    let mut item: Item = serde_dynamo::to_item(food)?;
    if let Some(price) = food.price {
        item.insert("price".to_owned(), AttributeValue::S(price.to_string()));
    }
    Ok(item)
