//! Listing the foods of a type. Query reads the items of one partition key and no others, in the order of the sort key;
//! Scan reads the table.

use super::Table;
use super::item::food;
use crate::error::Error;
use crate::food::Food;

impl Table {
    /// All foods of a type, by name. A type that no food has is an empty list.
    ///
    /// # Errors
    /// Those of the table.
    pub(crate) async fn list(&self, kind: &str) -> Result<Vec<Food>, Error> {
        // TODO(lab-04.3): the foods of this type and no others, by Query; all of them, however many pages that takes.
        let _ = kind;
        let found = self.client.scan().table_name(&self.name).send().await?;
        let items = found.items.unwrap_or_default();
        items.into_iter().map(food).collect()
    }
}
