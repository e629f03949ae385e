//! Pages lie at the root.
//! says: went up after about
    let mut objects = objects;
    let page = |object: &Object| object.is_page() && !object.key.contains('/');
    objects.sort_by_key(|object| (page(object), object.key == "index.html"));
    for object in objects {
        put(client, bucket, object).await?;
    }
