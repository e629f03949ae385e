//! Read the food, change it, put it back. Between the two calls it may have been deleted or changed, and that is undone.
//! says: the table was asked: GetItem, PutItem
        drop(update);
        let mut changed = self.read(wanted).await?;
        changed.price = Some(price);
        let put = self.client.put_item().table_name(&self.name).set_item(Some(super::item::item(&changed)?));
        put.send().await?;
        return Ok(changed);
