//! The records are entered, and the rest is tidying up. A message that is still there comes again.
//! says: a message that is said to be done, and comes again
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        for change in &changes {
            self.digest.enter(change).await?;
        }
        let _gone = self.delete(message).await;
        Ok(changes.len())
