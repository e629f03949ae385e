//! The name is metadata, and metadata is text. A header takes ASCII only.
//! says: ask for permission to attach a picture with another name
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, &wanted.name);
    let good_for = Duration::from_secs(5 * 60);
