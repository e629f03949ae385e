//! Creating a food, without replacing one. This file is finished: the other operations are built like it.

use aws_sdk_dynamodb::operation::put_item::PutItemError;

use super::Table;
use super::item::item;
use crate::error::Error;
use crate::food::Food;

impl Table {
    /// The food, as it has been stored.
    ///
    /// # Errors
    /// `FoodExists` when its key is taken.
    pub(crate) async fn create(&self, food: Food) -> Result<Food, Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(&food)?))
            // PutItem replaces what is there, unless a condition forbids it. The condition is about the item that has
            // this key: that it has a type is that it exists.
            .condition_expression("attribute_not_exists(#type)")
            // `type` is one of several hundred reserved words, which expressions may not contain. A placeholder says what
            // is meant, even if more words are reserved some day.
            .expression_attribute_names("#type", "type");
        match put.send().await {
            Ok(_) => Ok(food),
            Err(error) => match error.as_service_error() {
                // The one refusal that is about the data.
                Some(PutItemError::ConditionalCheckFailedException(_)) => Err(Error::FoodExists(food.key())),
                _ => Err(error.into()),
            },
        }
    }
}
