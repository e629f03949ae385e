//! There should be an item, there is none, so something is broken: 500. A wrong id is the caller's, and theirs to mend.
//! says: expected status 404
        post(found.item.ok_or_else(|| Error::Internal("GetItem found nothing".to_owned()))?)
