//! LastEvaluatedKey is there, so there is more. It is there whenever the limit was reached, also when nothing follows.
//! says: which leads to an empty page
        let found = query
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::from(size.0))
            .set_exclusive_start_key(cursor.map(|cursor| super::post_key(cursor.after)))
            .send()
            .await?;
        let more = found.last_evaluated_key.is_some();
        let posts = found.items.unwrap_or_default().into_iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
