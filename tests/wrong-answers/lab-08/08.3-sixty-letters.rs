//! A feed is a narrow column, and sixty letters of a title are enough for it.
//! says: ice ice
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
        let image = Image { title: image.title.chars().take(60).collect(), ..image };
