//! What begins with an underscore is not ready to be shown.
//! says: every file becomes an object
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    let is_ready = |object: &Object| !object.key.split('/').any(|part| part.starts_with('_'));
    for object in objects.into_iter().filter(is_ready) {
        put(client, bucket, object).await?;
    }
