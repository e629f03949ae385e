//! When the table is too busy there is nothing to be had.
//! says: a table that is too busy is taken for an answer
        let get = self.client.get_item().table_name(&self.name).set_key(Some(super::item::key(wanted)?));
        let found = match get.send().await {
            Ok(found) => found,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_provisioned_throughput_exceeded_exception()) => {
                return Err(Error::NoSuchFood(wanted.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
