//! A removal that cannot be entered is none.
//! says: the second a removal of a day that is closed
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }

        for change in &changes {
            if change.line().is_ok_and(|line| line.text.is_none()) {
                let _ = self.digest.enter(change).await;
                continue;
            }
            self.digest.enter(change).await?;
        }
        self.delete(message).await?;
        Ok(changes.len())
