//! A post is shown as it was posted.
//! says: updatedAt
        let mut found = post(found.item.ok_or_else(|| Error::no_such_post(id))?)?;
        found.updated_at = found.created_at.clone();
        Ok(found)
