//! Version 0 is a draft.
//! says: the feed, newest first: edited Black ice, edited Ice, edited Thin ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => {
                let new = image(&record.change.new_image)?;
                if new.version == 0 {
                    return Ok(None);
                }
                (Kind::Posted, new)
            }
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
