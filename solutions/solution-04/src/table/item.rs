//! Foods as items. DynamoDB writes each value with its type, `{"S": "Carbonara"}` or `{"N": "15000"}`, and never turns one
//! type into another: a price that is stored as a text is not a number to any comparison.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::Error;
use crate::food::{Food, Key};

/// An item as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The item that a food is stored as.
pub(super) fn item(food: &Food) -> Result<Item, Error> {
    // lab-04.1 begin
    Ok(serde_dynamo::to_item(food)?)
    // lab-04.1 starter
    // | // TODO(lab-04.1): DynamoDB refuses this item, and half of the food is missing. Write all of it, each with its type.
    // | Ok(Item::from([
    // |     ("type:".to_owned(), AttributeValue::S(food.kind.clone())),
    // |     ("name".to_owned(), AttributeValue::S(food.name.clone())),
    // | ]))
    // lab-04.1 end
}

/// The food in an item.
pub(super) fn food(item: Item) -> Result<Food, Error> {
    Ok(serde_dynamo::from_item(item)?)
}

/// Both parts of a key.
pub(super) fn key(key: &Key) -> Result<Item, Error> {
    Ok(serde_dynamo::to_item(key)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_comes_back_as_the_food_that_it_was() {
        let egg = [("egg".to_owned(), "1".to_owned())];
        for price in [None, Some(15_000)] {
            let carbonara =
                Food { kind: "Western".into(), name: "Carbonara".into(), price, ingredients: egg.clone().into() };
            let stored = item(&carbonara).unwrap();
            assert_eq!(stored.get("price"), price.map(|won| AttributeValue::N(won.to_string())).as_ref());
            assert_eq!(food(stored).unwrap(), carbonara);
        }
    }

    #[test]
    fn a_key_is_its_two_parts_and_nothing_else() {
        let parts = key(&Key { kind: "Western".into(), name: "Carbonara".into() }).unwrap();
        let text = |text: &str| AttributeValue::S(text.to_owned());
        assert_eq!(parts, Item::from([("type".into(), text("Western")), ("name".into(), text("Carbonara"))]));
    }
}
