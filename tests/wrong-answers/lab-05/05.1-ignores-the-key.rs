//! Each request has a record of its own, so none is ever refused: the record's key must be the caller's, not the post's.
//! says: the post that the first request made
        let record = key(format!("ONCE#{}#{}", given.0, once.post_id), "ONCE");
        self.put_new(record, once)
