//! The first version of a post is the one that was posted.
//! says: posted Black ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (if new.version == 1 { Kind::Posted } else { Kind::Edited }, new)
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
