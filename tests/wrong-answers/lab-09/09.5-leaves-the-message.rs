//! The records are in the digest; the queue will forget the message in time. Until then every replay does it once more.
//! says: it would be replayed for ever
        if changes.len() < pointer.batch_size {
            return Err("the records are gone: the stream keeps them for 24 hours".into());
        }
        for change in &changes {
            self.digest.enter(change).await?;
        }
        Ok(changes.len())
