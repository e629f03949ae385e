//! An amount is short, so what is longer than 255 letters is cut.
//! says: letters
    let mut food = food.clone();
    for amount in food.ingredients.values_mut() {
        *amount = amount.chars().take(255).collect();
    }
    Ok(serde_dynamo::to_item(&food)?)
