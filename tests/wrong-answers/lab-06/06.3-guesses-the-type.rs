//! The ending says what the file is. Its sender said something else.
//! says: got the type text/plain
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let looks_like = if wanted.name.ends_with(".txt") { "text/plain" } else { wanted.content_type.as_str() };
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(looks_like)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
