//! When nothing more comes, that is the end. A page that was refused is not an empty one.
//! says: a complaint that says why the page could not be read
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Ok(Some(page)) = pages.next().await {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break 'pages;
                }
                changes.push(change);
            }
        }
