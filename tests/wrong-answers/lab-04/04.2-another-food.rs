//! The refusal says that there is none.
//! says: a message about the
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = get.send().await?;
        let nobody = Key { kind: wanted.name.clone(), name: wanted.kind.clone() };
        food(found.item.ok_or(Error::NoSuchFood(nobody))?)
