//! An item that is not a food is no food.
//! says: nobody looks for the cause
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        food(found.item.unwrap_or_default()).map_err(|_| Error::NoSuchFood(wanted.clone()))
