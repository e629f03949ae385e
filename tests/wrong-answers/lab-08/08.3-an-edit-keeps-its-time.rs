//! An edit is a new title and perhaps another author. The rest is in the old image as well.
//! says: each at the updatedAt that the post then had
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, Image { title: new.title, author: new.author, ..old })
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
