let mut item: Item = serde_dynamo::to_item(food)?;
if let Some(price) = food.price {
    item.insert("price".to_owned(), AttributeValue::S(price.to_string()));
}
Ok(item)
