//! A name that begins small was meant with a capital, so it is tried with one.
//! says: status 404
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        if let Some(item) = found.item {
            return food(item);
        }
        let mut letters = wanted.name.chars();
        let name = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let capital = Key { kind: wanted.kind.clone(), name };
        if capital == *wanted {
            return Err(Error::NoSuchFood(capital));
        }
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(&capital)?));
        food(get.send().await?.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
