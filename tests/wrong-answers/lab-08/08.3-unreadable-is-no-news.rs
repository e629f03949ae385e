//! What cannot be read is no post, so there is nothing to tell. Nobody learns that a post is missing.
//! says: nobody is told that the event is missing
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => match image(&record.change.new_image) {
                Ok(new) => (Kind::Posted, new),
                Err(_) => return Ok(None),
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
