drop(update);
let mut changed = self.read(wanted).await?;
changed.price = Some(price);
let put = self.client.put_item().table_name(&self.name).set_item(Some(super::item::item(&changed)?));
put.send().await?;
return Ok(changed);
