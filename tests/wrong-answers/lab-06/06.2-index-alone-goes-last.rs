//! Readers begin with index.html, so that one goes last. Other pages have parts, too.
//! says: went up after about.html
    let (index, others): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(|object| object.key == "index.html");
    for object in others.into_iter().chain(index) {
        put(client, bucket, object).await?;
    }
