//! No food costs a million won, so such a price is a slip and is left out.
//! says: a field price in the body
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        let mut food = food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)?;
        food.price = food.price.filter(|price| *price < 1_000_000);
        Ok(food)
