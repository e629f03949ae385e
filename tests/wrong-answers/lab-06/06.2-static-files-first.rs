//! Parts are below static/. A picture beside the pages is one as well.
//! says: zoo.webp went up after about.html
    let (parts, others): (Vec<Object>, Vec<Object>) =
        objects.into_iter().partition(|object| object.key.starts_with("static/"));
    let (index, others): (Vec<Object>, Vec<Object>) = others.into_iter().partition(|object| object.key == "index.html");
    for object in parts.into_iter().chain(others).chain(index) {
        put(client, bucket, object).await?;
    }
