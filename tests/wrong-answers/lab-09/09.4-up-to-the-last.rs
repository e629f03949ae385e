//! A range goes from its start up to its end. This one has its end in it: the last record is left out.
//! says: the stream has 1 of 2 records left
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if change.sequence_number == pointer.end {
                    break 'pages;
                }
                changes.push(change);
            }
        }
