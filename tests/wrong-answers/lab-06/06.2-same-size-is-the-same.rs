//! What is there in the same size need not be sent again.
//! says: is the page of before
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    for object in objects {
        let head = client.head_object().bucket(bucket).key(&object.key).send().await;
        if head.is_ok_and(|head| head.content_length() == i64::try_from(object.body.len()).ok()) {
            continue;
        }
        put(client, bucket, object).await?;
    }
