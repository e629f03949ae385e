//! The id is wrong, so the request is bad: 400. But it is well formed, and tomorrow there may be a post with that id.
//! says: expected status 404
        post(found.item.ok_or_else(|| Error::field("postId", "is unknown"))?)
