//! An amount is a line.
//! says: garlic
    use aws_sdk_dynamodb::types::AttributeValue as Value;

    let mut item: Item = serde_dynamo::to_item(food)?;
    let line = food.ingredients.iter().map(|(name, amount)| (name.clone(), Value::S(amount.replace('\n', " "))));
    item.insert("ingredients".to_owned(), Value::M(line.collect()));
    Ok(item)
