//! What was there before need not be readable.
//! says: a script gives a post its title back
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
            let new = image(&record.change.new_image)?;
            if image(&record.change.old_image).is_ok_and(|old| new.version == old.version) {
                return Ok(None);
            }
            (Kind::Edited, new)
        }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
