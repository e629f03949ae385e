//! A page that is no longer in the folder is no longer of the site, so it goes before the new ones come. Readers of the old page have
//! a link to it.
//! says: former.html is gone
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    let there = client.list_objects_v2().bucket(bucket).send().await.map_err(|why| cause(&why))?;
    for key in there.contents().iter().filter_map(|object| object.key()).filter(|key| key.ends_with(".html")) {
        if !objects.iter().any(|object| object.key == key) {
            client.delete_object().bucket(bucket).key(key).send().await.map_err(|why| cause(&why))?;
        }
    }
    for object in objects {
        put(client, bucket, object).await?;
    }
