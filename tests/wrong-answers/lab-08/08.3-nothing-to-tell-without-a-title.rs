//! A deletion of something without a title tells nobody anything.
//! says: the feed, newest first: deleted , deleted
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            "REMOVE" => {
                let old = image(&record.change.old_image)?;
                if old.title.trim().is_empty() { return Ok(None); }
                (Kind::Deleted, old)
            }
            other => return Err(format!("a record cannot be called {other}").into()),
        };
