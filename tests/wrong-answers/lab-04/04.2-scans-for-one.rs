//! The notes read with scan, and the rest is picking out. It finds the food, and has read the table to do so.
//! says: the table was asked: Scan
        let items = self.client.scan().table_name(&self.name).into_paginator().items().send();
        let items = items.collect::<Result<Vec<_>, _>>().await?;
        let foods = items.into_iter().map(food).collect::<Result<Vec<_>, _>>()?;
        foods.into_iter().find(|food| food.key() == *wanted).ok_or_else(|| Error::NoSuchFood(wanted.clone()))
