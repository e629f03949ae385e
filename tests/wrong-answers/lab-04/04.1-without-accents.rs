//! Names are compared byte by byte, so accents had better go.
//! says: café
    let mut item: Item = serde_dynamo::to_item(food)?;
    item.insert("name".to_owned(), AttributeValue::S(food.name.replace('é', "e")));
    Ok(item)
