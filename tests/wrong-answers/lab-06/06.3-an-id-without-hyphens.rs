//! Hyphens say nothing, and a short key is a good key.
//! says: the board's page finds a file by that id
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7().simple());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
