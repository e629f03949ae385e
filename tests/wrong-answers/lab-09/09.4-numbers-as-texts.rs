//! Sequence numbers are texts, and texts can be compared. As text, 8 comes after 10.
//! says: records that lie in several pages
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if change.sequence_number > pointer.end {
                    break 'pages;
                }
                changes.push(change);
            }
        }
