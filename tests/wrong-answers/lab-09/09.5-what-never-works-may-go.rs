//! What can never be entered is in the way. The message is the last trace of it.
//! says: and the record was never entered
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        for change in &changes {
            if let Err(why) = self.digest.enter(change).await
                && why.to_string().contains("closed")
            {
                return Err(why);
            }
        }
        self.delete(message).await?;
        Ok(changes.len())
