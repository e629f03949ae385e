//! An id of the future is a mistake of ours, because ids are made here.
//! says: 500
        let Some(item) = found.item else {
            return match id.to_string().as_str() > PostId::new().to_string().as_str() {
                true => Err(Error::Internal(format!("{id} is of the future"))),
                false => Err(Error::no_such_post(id)),
            };
        };
        post(item)
