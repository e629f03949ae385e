//! GetItem has succeeded, so there is an item. It succeeds when there is none, too.
//! says: ended with an error instead of a reply
        post(found.item.unwrap())
