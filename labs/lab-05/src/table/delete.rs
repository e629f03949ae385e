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
        // TODO(lab-05.5): 204 for a post that is or was there, 404 for one that never was.
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(post_key(id)));
        delete.send().await?;
        Ok(())
    }
}
