//! Where nothing is found, something is wrong. Where some are found, the rest is taken for done.
//! says: of which the stream has one left
        if changes.is_empty() && pointer.batch_size > 0 {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        for change in &changes {
            self.digest.enter(change).await?;
        }
        self.delete(message).await?;
        Ok(changes.len())
