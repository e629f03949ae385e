//! What is shown on a page must not be HTML.
//! says: Ice &amp; &lt;b
        let (kind, image) = match record.event_name.as_str() {
            "INSERT" => {
                let new = image(&record.change.new_image)?;
                (Kind::Posted, Image { title: new.title.replace('&', "&amp;").replace('<', "&lt;"), ..new })
            }
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
