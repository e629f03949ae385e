//! An item that is written is a post that is posted. So each edit makes one more.
//! says: posted Thin ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "MODIFY" if record.change.new_image["version"] == record.change.old_image["version"] => return Ok(None),
            "INSERT" | "MODIFY" => (Kind::Posted, image(&record.change.new_image)?),
            _ => (Kind::Deleted, image(&record.change.old_image)?),
        };
