//! Readers should see the new page as soon as possible, so it goes up first.
//! says: went up after index.html
    let (pages, parts): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(Object::is_page);
    for object in pages.into_iter().chain(parts) {
        put(client, bucket, object).await?;
    }
