//! Old styles are deleted when the new ones are there. Nobody asks for a style twice.
//! says: of the former version is gone
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    let keys: Vec<String> = objects.iter().map(|object| object.key.clone()).collect();
    for object in objects {
        put(client, bucket, object).await?;
    }
    let there = client.list_objects_v2().bucket(bucket).prefix("static/").send().await.map_err(|why| cause(&why))?;
    for key in there.contents().iter().filter_map(|object| object.key()) {
        let is_script = key.ends_with(".css");
        if is_script && !keys.iter().any(|kept| kept == key) {
            client.delete_object().bucket(bucket).key(key).send().await.map_err(|why| cause(&why))?;
        }
    }
