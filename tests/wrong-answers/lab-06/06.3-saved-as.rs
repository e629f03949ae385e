//! A file is saved under its name.
//! says: content-disposition is signed and does not come with the address
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_disposition(format!("attachment; filename*=UTF-8''{}", header_text(&wanted.name)))
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
