//! Deleting a food, perhaps only while it is cheap enough. Whether it is has to be decided in the moment of the write, so
//! the table decides, by a condition.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

use super::Table;
use super::item::{food, key};
use crate::error::Error;
use crate::food::Key;

impl Table {
    /// Deletes the food of this key; if `max_price` is given, only if it costs no more than that.
    ///
    /// # Errors
    /// `NoSuchFood` when there is none, `TooDear` with the food when it costs more, or has no price.
    pub(crate) async fn delete(&self, wanted: &Key, max_price: Option<u32>) -> Result<(), Error> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key(wanted)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        // TODO(lab-04.5): not what is dearer than the caller allows, and a 404 for what is not there.
        let _ = max_price;
        match delete.send().await {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                // Refused. What the refusal brought along shows whether the food exists.
                Some(DeleteItemError::ConditionalCheckFailedException(refused)) => match refused.item() {
                    Some(there) => Err(Error::TooDear(Box::new(food(there.clone())?))),
                    None => Err(Error::NoSuchFood(wanted.clone())),
                },
                _ => Err(error.into()),
            },
        }
    }
}
