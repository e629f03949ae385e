//! Read the price, compare, delete. The price that was compared is not the one that the food has when it is deleted.
//! says: the table was asked: GetItem
        let found = self.read(wanted).await?;
        if max_price.is_some_and(|most| found.price.is_none_or(|price| price > most)) {
            return Err(Error::TooDear(Box::new(found)));
        }
