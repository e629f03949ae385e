//! What is no edit need not be read, so the versions are compared as they stand.
//! says: a script has taken away the title of a post, and its version stays
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                if record.change.old_image.get("version") == record.change.new_image.get("version") {
                    return Ok(None);
                }
                (Kind::Edited, image(&record.change.new_image)?)
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
