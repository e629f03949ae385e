//! A cursor whose post is gone leads nowhere, so the list begins again.
//! says: while its last post is deleted
        let start = match cursor {
            Some(cursor) => {
                let there = self.client.get_item().table_name(&self.name).set_key(Some(super::post_key(cursor.after)));
                there.send().await?.item.map(|_| super::post_key(cursor.after))
            }
            None => None,
        };
        let found = query
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::from(size.0) + 1)
            .set_exclusive_start_key(start)
            .send()
            .await?;
        let read_all = found.last_evaluated_key.is_none();
        let mut posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let more = !read_all || posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
