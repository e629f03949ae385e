//! What is gone need not be read. The count keeps a post that is not there.
//! says: nobody is told that the event is missing
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            "REMOVE" => match image(&record.change.old_image) {
                Ok(image) => (Kind::Deleted, image),
                Err(_) => return Ok(None),
            },
            other => return Err(format!("a record cannot be called {other}").into()),
        };
