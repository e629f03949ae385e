//! Parts first and pages after them, each in the order of its key. The first page names the others, and not all of them are there.
//! says: zoo/lion.html went up after index.html
    let (pages, parts): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(Object::is_page);
    for object in parts.into_iter().chain(pages) {
        put(client, bucket, object).await?;
    }
