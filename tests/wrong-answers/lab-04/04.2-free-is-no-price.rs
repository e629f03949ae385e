//! What costs nothing has no price.
//! says: a food that costs nothing
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        let mut found = food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)?;
        found.price = found.price.filter(|price| *price > 0);
        Ok(found)
