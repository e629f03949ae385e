//! A clean start: everything out, everything in. It takes a second or two.
//! says: index.html was deleted and put again
    let there = client.list_objects_v2().bucket(bucket).send().await.map_err(|why| cause(&why))?;
    for key in there.contents().iter().filter_map(|object| object.key()) {
        client.delete_object().bucket(bucket).key(key).send().await.map_err(|why| cause(&why))?;
    }
    let (pages, parts): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(Object::is_page);
    for object in parts.into_iter().chain(pages) {
        put(client, bucket, object).await?;
    }
