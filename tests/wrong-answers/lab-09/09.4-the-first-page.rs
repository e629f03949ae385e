//! A message points at a few records, and a page has a thousand. A page can be empty although more follow.
//! says: records that lie in several pages
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        if let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break;
                }
                changes.push(change);
            }
        }
