//! The next page begins with the first post that did not fit, so that is the cursor. ExclusiveStartKey leaves it out.
//! says: Post 14
        let found = query
            .scan_index_forward(false)
            .limit(i32::from(size.0) + 1)
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let mut posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let next = posts.get(size.posts()).map(|first| Cursor { after: first.id });
        posts.truncate(size.posts());
        Ok(Page { posts, next })
