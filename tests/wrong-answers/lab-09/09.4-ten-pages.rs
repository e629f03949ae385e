//! Ten pages are a thousand records and more.
//! says: 3 records replayed
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        let mut read = 0;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break 'pages;
                }
                changes.push(change);
            }
            read += 1;
            if read == 10 {
                break;
            }
        }
