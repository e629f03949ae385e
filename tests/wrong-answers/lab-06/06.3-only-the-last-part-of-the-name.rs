//! What stands in front of the last slash is a folder, and a name has none.
//! says: the name a/b
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(wanted.name.rsplit(['/', '\\']).next().unwrap_or_default()));
    let good_for = Duration::from_secs(5 * 60);
