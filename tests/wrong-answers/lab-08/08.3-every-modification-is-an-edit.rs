//! MODIFY is what DynamoDB calls an edit. It calls every change of an item that, a script's repair as well.
//! says: it says: edited Ice, posted Ice
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => (Kind::Edited, image(&record.change.new_image)?),
            _ => (Kind::Deleted, image(&record.change.old_image)?),
        };
