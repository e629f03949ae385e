//! Ten records are a batch, as a queue delivers them.
//! says: the message that pointed at the others is deleted
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        for change in changes.iter().take(10) {
            self.digest.enter(change).await?;
        }
        self.delete(message).await?;
        Ok(changes.len())
