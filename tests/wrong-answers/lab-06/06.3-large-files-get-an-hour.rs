//! A large file takes longer on a slow line.
//! says: X-Amz-Expires=3600
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(if wanted.size > 1024 * 1024 { 60 * 60 } else { 5 * 60 });
