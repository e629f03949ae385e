//! An empty file says nothing.
//! says: static/…/empty.css in the bucket
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    objects.retain(|object| !object.body.is_empty());
    for object in objects {
        put(client, bucket, object).await?;
    }
