//! All is read, and what is not in the range is left out. Each replay reads a day.
//! says: a day's records are read, and paid for, because of one message
        let mut pages = self.pages(pointer, ShardIteratorType::TrimHorizon, None).await?;
        let key = |text: &str| (text.len(), text.to_owned());
        while let Some(page) = pages.next().await? {
            changes.extend(page.into_iter().filter(|change| {
                key(&change.sequence_number) >= key(&pointer.start) && !pointer.ends_before(&change.sequence_number)
            }));
        }
