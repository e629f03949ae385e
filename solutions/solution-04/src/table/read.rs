//! Reading one food. GetItem wants the whole key, and that it finds nothing is not an error to it: it answers 200 without an
//! item.

use super::Table;
use super::item::food;
use crate::error::Error;
use crate::food::{Food, Key};

impl Table {
    /// The food of this key.
    ///
    /// # Errors
    /// `NoSuchFood` when there is none.
    pub(crate) async fn read(&self, wanted: &Key) -> Result<Food, Error> {
        // lab-04.2 begin
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
        // lab-04.2 starter
        // | // TODO(lab-04.2): ask with both parts of the key (`super::item::key` makes them), and say so when there is nothing.
        // | let kind = aws_sdk_dynamodb::types::AttributeValue::S(wanted.kind.clone());
        // | let found = self.client.get_item().table_name(&self.name).key("type", kind).send().await?;
        // | food(found.item.unwrap_or_default())
        // lab-04.2 end
    }
}
