//! A page that DynamoDB has cut is shorter than it was asked for.
//! says: DynamoDB stopped at 1 MB
        let found = query
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::from(size.0) + 1)
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let read_all = found.last_evaluated_key.is_none();
        let mut posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let more = posts.len() > size.posts() || (!read_all && posts.len() < size.posts());
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
