//! S3 refuses a key that exists.
//! says: if-none-match is signed and does not come with the address
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .if_none_match("*")
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
