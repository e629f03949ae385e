//! GetItem has succeeded, so there is an item in what it gave back. It succeeds when there is none, too.
//! says: ended with an error instead of a reply
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        food(get.send().await?.item.unwrap())
