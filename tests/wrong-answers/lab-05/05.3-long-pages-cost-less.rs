//! A consistent read costs twice as much, so long pages do without.
//! says: an eventually consistent one
        let found = query
            .scan_index_forward(false)
            .consistent_read(size.0 <= 20)
            .limit(i32::from(size.0) + 1)
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let read_all = found.last_evaluated_key.is_none();
        let mut posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let more = !read_all || posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
