//! The feed shows titles, so an edit is a new title. An author can change the text alone, and a script the title.
//! says: it says: edited ICE, edited Thin ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.title == old.title {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            _ => (Kind::Deleted, image(&record.change.old_image)?),
        };
