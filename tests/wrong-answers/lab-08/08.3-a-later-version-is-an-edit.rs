//! A post is new at version 1. What comes from a backup has a later one, and was posted here all the same.
//! says: edited Skates
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => {
                let new = image(&record.change.new_image)?;
                (if new.version == 1 { Kind::Posted } else { Kind::Edited }, new)
            },
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
