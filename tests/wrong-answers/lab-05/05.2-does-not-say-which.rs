//! The status says it all.
//! says: a message that says which post
        post(found.item.ok_or_else(|| Error::no_such_post("with this id"))?)
