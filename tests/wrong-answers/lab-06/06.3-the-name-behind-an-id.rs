//! An id makes the key unique, and the name behind it makes it readable. The name is the caller's choice.
//! says: which the caller chose
    let key = format!("{FOLDER}{}-{}", uuid::Uuid::now_v7(), wanted.name);
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
