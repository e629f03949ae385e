//! A page is as long as was asked for.
//! says: posts were read
        let mut from = cursor.map(|cursor| super::post_key(cursor.after));
        let mut posts = Vec::new();
        let mut read_all = false;
        while !read_all && posts.len() <= size.posts() {
            let found = query
                .clone()
                .scan_index_forward(false)
                .consistent_read(true)
                .limit(i32::from(size.0) + 1)
                .set_exclusive_start_key(from)
                .send()
                .await?;
            from = found.last_evaluated_key;
            read_all = from.is_none();
            for item in found.items.unwrap_or_default() {
                posts.push(post(item)?);
            }
        }
        let more = !read_all || posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
