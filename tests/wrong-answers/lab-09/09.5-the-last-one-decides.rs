//! At the end it shows whether it went well. At the end it shows of the last one.
//! says: and a record was never entered
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        let mut last = Ok(());
        for change in &changes {
            last = self.digest.enter(change).await;
        }
        last?;
        self.delete(message).await?;
        Ok(changes.len())
