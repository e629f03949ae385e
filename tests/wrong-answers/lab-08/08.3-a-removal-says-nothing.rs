//! What is gone is no news. It was counted when it was posted, and stays counted.
//! says: it says: edited Thin ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" if record.change.new_image["version"] == record.change.old_image["version"] => return Ok(None),
            "MODIFY" => (Kind::Edited, image(&record.change.new_image)?),
            _ => return Ok(None),
        };
