//! Changing a price, in one write. Reading the food first, changing it here and putting it back would be two calls, and
//! whatever happened to the food between them would be undone by the second.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::Table;
use super::item::{food, key};
use crate::error::Error;
use crate::food::{Food, Key};

impl Table {
    /// The food after the change.
    ///
    /// # Errors
    /// `NoSuchFood` when there is none.
    pub(crate) async fn update(&self, wanted: &Key, price: u32) -> Result<Food, Error> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(wanted)?))
            .update_expression("SET price = :price")
            .return_values(ReturnValue::AllNew);
        // TODO(lab-04.4): the price is a number, and a food that does not exist gets none.
        let update = update.expression_attribute_values(":price", AttributeValue::S(price.to_string()));
        match update.send().await {
            Ok(changed) => food(changed.attributes.unwrap_or_default()),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Err(Error::NoSuchFood(wanted.clone())),
                _ => Err(error.into()),
            },
        }
    }
}
