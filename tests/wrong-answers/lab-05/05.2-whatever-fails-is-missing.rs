//! What cannot be read is not there, as far as the caller is concerned. An item that somebody has damaged is there.
//! says: the board cannot read it
        post(found.item.unwrap_or_default()).map_err(|_| Error::no_such_post(id))
