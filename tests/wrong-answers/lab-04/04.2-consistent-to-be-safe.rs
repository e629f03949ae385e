//! Who reads wants what is there now.
//! says: a consistent one, which costs twice as much
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?)).consistent_read(true);
        let found = get.send().await?;
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
