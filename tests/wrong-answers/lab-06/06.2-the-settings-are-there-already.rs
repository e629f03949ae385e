//! The settings do not change.
//! says: address of the former API
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    for object in objects {
        if object.key == "config.json" && client.head_object().bucket(bucket).key(&object.key).send().await.is_ok() {
            continue;
        }
        put(client, bucket, object).await?;
    }
