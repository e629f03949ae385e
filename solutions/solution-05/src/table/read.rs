//! Reading one post. GetItem that finds nothing is not an error to DynamoDB: it answers 200 without an item.

use super::{Table, post, post_key};
use crate::error::Error;
use crate::post::{Post, PostId};

impl Table {
    /// The post of this id.
    ///
    /// # Errors
    /// `NoSuchPost` when there is none, or none any more.
    pub(crate) async fn read(&self, id: PostId) -> Result<Post, Error> {
        let get = self.client.get_item().table_name(&self.name).set_key(Some(post_key(id))).consistent_read(true);
        let found = get.send().await?;
        // lab-05.2 begin
        post(found.item.ok_or_else(|| Error::no_such_post(id))?)
        // lab-05.2 starter
        // | // TODO(lab-05.2): an id that no post has is the caller's 404, not a failure of the board.
        // | post(found.item.unwrap_or_default())
        // lab-05.2 end
    }
}
