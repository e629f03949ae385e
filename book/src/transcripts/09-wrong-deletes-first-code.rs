if changes.len() < pointer.batch_size {
    return Err("the records are gone: the stream keeps them for 24 hours".into());
}
self.delete(message).await?;
for change in &changes {
    self.digest.enter(change).await?;
}
Ok(changes.len())
