//! A message that was received has been dealt with, so it is deleted, and then its records are entered. If that fails, nothing points at them any more.
//! says: nothing points at the record any more
        if changes.len() < pointer.batch_size {
            return Err("the records are gone: the stream keeps them for 24 hours".into());
        }
        self.delete(message).await?;
        for change in &changes {
            self.digest.enter(change).await?;
        }
        Ok(changes.len())
