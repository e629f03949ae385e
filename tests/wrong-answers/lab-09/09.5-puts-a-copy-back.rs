//! The message is deleted first, and sent again where a record fails. Between the two it is nowhere.
//! says: a program that is cut off in between loses it
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        self.delete(message).await?;
        for change in &changes {
            if let Err(why) = self.digest.enter(change).await {
                let send = self.queue.send_message().queue_url(&self.queue_url);
                let sent = send.message_body(message.body().unwrap_or_default()).send().await;
                sent.map_err(|error| aws::cause(&error))?;
                return Err(why);
            }
        }
        Ok(changes.len())
