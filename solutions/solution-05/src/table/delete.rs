//! Deleting a post. A client that deletes twice wanted it gone, and it is gone: both times 204. A client that deletes what never
//! existed has a wrong id, and should hear of it. A tombstone tells the two apart.

use super::{Table, post_key};
use crate::error::Error;
use crate::post::PostId;

impl Table {
    /// Makes sure that the post does not exist.
    ///
    /// # Errors
    /// `NoSuchPost` when there has never been one.
    pub(crate) async fn delete(&self, id: PostId) -> Result<(), Error> {
        // lab-05.5 begin
        use super::transaction::Transaction;
        use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

        let tombstone = crate::keys::key(format!("GONE#{id}"), "GONE");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let bury = Put::builder()
            .table_name(&self.name)
            .set_item(Some(tombstone.clone()))
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let writes =
            [TransactWriteItem::builder().delete(delete).build(), TransactWriteItem::builder().put(bury).build()];
        if let Transaction::Written = self.transact(&writes).await? {
            return Ok(());
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(tombstone)).consistent_read(true);
        match get.send().await?.item {
            Some(_) => Ok(()),
            None => Err(Error::no_such_post(id)),
        }
        // lab-05.5 starter
        // | // TODO(lab-05.5): 204 for a post that is or was there, 404 for one that never was.
        // | let delete = self.client.delete_item().table_name(&self.name).set_key(Some(post_key(id)));
        // | delete.send().await?;
        // | Ok(())
        // lab-05.5 end
    }
}
