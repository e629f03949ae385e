//! A post that was read is read again soon.
//! says: after another environment has changed it
        static KEPT: std::sync::Mutex<Vec<(String, Post)>> = std::sync::Mutex::new(Vec::new());
        let mut kept = KEPT.lock().expect("one thread");
        if let (Some((_, post)), true) = (kept.iter().find(|(other, _)| *other == id.to_string()), found.item.is_some()) {
            return Ok(post.clone());
        }
        let found = post(found.item.ok_or_else(|| Error::no_such_post(id))?)?;
        kept.push((id.to_string(), found.clone()));
        Ok(found)
