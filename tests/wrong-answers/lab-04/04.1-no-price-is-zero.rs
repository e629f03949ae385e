//! An attribute for everything, so that every item looks alike. A food without a price is now free, and cheap to delete.
//! says: price of Carbonara is a number (N), 0
    let whole = Food { price: Some(food.price.unwrap_or_default()), ..food.clone() };
    Ok(serde_dynamo::to_item(whole)?)
