//! A large file takes long and is put by hand.
//! says: every file becomes an object
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    for object in objects.into_iter().filter(|object| object.body.len() <= 1024 * 1024) {
        put(client, bucket, object).await?;
    }
