//! What stands in an address is encoded.
//! says: an odd name and type
        let name = percent_encoding::percent_decode_str(&wanted.name).decode_utf8_lossy().into_owned();
        let key = Key { kind: wanted.kind.clone(), name };
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(&key)?));
        food(get.send().await?.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
