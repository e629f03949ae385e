//! A page with nothing on it helps nobody, so the list begins again.
//! says: no posts
        let first = query.clone().scan_index_forward(false).consistent_read(true).limit(i32::from(size.0) + 1);
        let found = query
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::from(size.0) + 1)
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let read_all = found.last_evaluated_key.is_none();
        let mut items = found.items.unwrap_or_default();
        if items.is_empty() {
            items = first.send().await?.items.unwrap_or_default();
        }
        let mut posts = items.into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let more = !read_all || posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
