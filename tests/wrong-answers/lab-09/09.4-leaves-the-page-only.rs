//! `break` ends the loop.
//! says: pages after it
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        while let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break;
                }
                changes.push(change);
            }
        }
