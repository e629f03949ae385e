//! Scan finds everything, and the rest is sorting. It reads the whole table for every page, and the role forbids it.
//! says: not authorized to perform: dynamodb:Scan
        drop(query);
        let found = self.client.scan().table_name(&self.name).send().await?;
        let posts = found.items.unwrap_or_default().into_iter().filter(|item| item["pk"].as_s().is_ok_and(|pk| pk == BOARD));
        let mut posts = posts.map(post).collect::<Result<Vec<_>, _>>()?;
        posts.sort_by_key(|post| std::cmp::Reverse(post.id.to_string()));
        posts.retain(|post| cursor.as_ref().is_none_or(|cursor| post.id.to_string() < cursor.after.to_string()));
        let more = posts.len() > size.posts();
        posts.truncate(size.posts());
        let next = posts.last().filter(|_| more).map(|last| Cursor { after: last.id });
        Ok(Page { posts, next })
