//! A later record of a post wins anyway, so the newest of each is enough. The count of what was found is then no longer the message's.
//! says: the stream has 1 of 2 records left
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {

            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break 'pages;
                }
                let id = change.line().map(|line| line.post_id).ok();
                changes.retain(|earlier: &Change| id.is_none() || earlier.line().map(|line| line.post_id).ok() != id);
                changes.push(change);
            }
        }
