//! Nobody posts more than fifty times in one batch.
//! says: the stream has 50 of 100 records left
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) || changes.len() == 50 {
                    break 'pages;
                }
                changes.push(change);
            }
        }
