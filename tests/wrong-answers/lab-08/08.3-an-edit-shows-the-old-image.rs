//! A removal needs the old image, and what is good for a removal is good for an edit. It tells the title that nobody sees any more.
//! says: edited Ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" if record.change.new_image["version"] == record.change.old_image["version"] => return Ok(None),
            "MODIFY" => (Kind::Edited, image(&record.change.old_image)?),
            _ => (Kind::Deleted, image(&record.change.old_image)?),
        };
