//! Not found means not found.
//! says: a missing table is taken for a missing food
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = match get.send().await {
            Ok(found) => found,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {
                return Err(Error::NoSuchFood(wanted.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
