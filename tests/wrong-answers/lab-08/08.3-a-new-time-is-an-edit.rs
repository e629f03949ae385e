//! Every edit has a new time. A script can set one as well, and then nobody has edited anything.
//! says: it says: edited Thin ice, edited Thin ice, edited Thin ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.updated_at == old.updated_at {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            _ => (Kind::Deleted, image(&record.change.old_image)?),
        };
