self.put_new(given.item_key(), once)
