let (pages, parts): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(Object::is_page);
let mut published = Vec::new();
for object in parts.into_iter().chain(pages) {
    published.push(object.key.clone());
    put(client, bucket, object).await?;
}
let there = client.list_objects_v2().bucket(bucket).send().await.map_err(|why| cause(&why))?;
for key in there.contents().iter().filter_map(|object| object.key()) {
    if !published.iter().any(|known| known == key) {
        client.delete_object().bucket(bucket).key(key).send().await.map_err(|why| cause(&why))?;
    }
}
