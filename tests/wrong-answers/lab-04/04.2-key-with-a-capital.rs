//! The key's parts are Type and Name, as one says them. Attribute names are compared letter by letter.
//! says: GetItem was given a key of Name and Type
        let part = |text: &String| aws_sdk_dynamodb::types::AttributeValue::S(text.clone());
        let get = self.client.get_item().table_name(&self.name);
        let found = get.key("Type", part(&wanted.kind)).key("Name", part(&wanted.name)).send().await?;
        food(found.item.ok_or_else(|| Error::NoSuchFood(wanted.clone()))?)
