//! What was done last time ends at this number, so it goes on after it. But this number is the first that failed.
//! says: it read from AFTER_SEQUENCE_NUMBER
        let mut pages = self.pages(pointer, ShardIteratorType::AfterSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break 'pages;
                }
                changes.push(change);
            }
        }
