//! A first call tells whether it is there, a second one reads it.
//! says: the table was asked: GetItem, GetItem
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let there = get.clone().send().await?;
        if there.item.is_none() {
            return Err(Error::NoSuchFood(wanted.clone()));
        }
        food(get.send().await?.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
