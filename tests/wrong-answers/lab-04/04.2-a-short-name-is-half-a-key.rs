//! A name of one letter is a slip.
//! says: a key is as long as somebody has made it
        if wanted.name.chars().count() < 2 {
            return Err(Error::NoSuchFood(wanted.clone()));
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
