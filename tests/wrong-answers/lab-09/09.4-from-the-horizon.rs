//! All that the stream has is read, and what the message points at is among it. So is every other record of a day, the bad ones included.
//! says: it read from TRIM_HORIZON
        let mut pages = self.pages(pointer, ShardIteratorType::TrimHorizon, None).await?;
        while let Some(page) = pages.next().await? {
            changes.extend(page);
        }
