//! What is removed because its time has passed was deleted by nobody.
//! says: it says: deleted , posted Ice
        let is_expired = record.user_identity.as_ref().is_some_and(|who| who.type_ == "Service");
        if is_expired {
            return Ok(None);
        }
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => (Kind::Posted, image(&record.change.new_image)?),
            "MODIFY" => {
                let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
                if new.version == old.version {
                    return Ok(None);
                }
                (Kind::Edited, new)
            }
            "REMOVE" => (Kind::Deleted, image(&record.change.old_image)?),
            other => return Err(format!("a record cannot be called {other}").into()),
        };
