//! An icon that is there need not be sent again.
//! says: what was there was not put again
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    for object in objects {
        let there = client.head_object().bucket(bucket).key(&object.key).send().await;
        if object.key.starts_with("favicon") && there.is_ok() {
            continue;
        }
        put(client, bucket, object).await?;
    }
