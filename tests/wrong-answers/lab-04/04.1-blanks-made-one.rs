//! Two blanks in a name are a slip of the finger.
//! says: two blanks in its name
    use aws_sdk_dynamodb::types::AttributeValue as Value;

    let mut item: Item = serde_dynamo::to_item(food)?;
    let name = food.name.split_whitespace().collect::<Vec<_>>().join(" ");
    item.insert("name".to_owned(), Value::S(name));
    Ok(item)
