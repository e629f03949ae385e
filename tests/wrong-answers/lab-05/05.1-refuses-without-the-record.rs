//! The condition refuses the second write, and that is all that was asked. But who is to know which post the first one made?
//! says: status 500
        self.put_new(given.item_key(), once)
