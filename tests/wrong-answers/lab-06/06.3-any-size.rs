//! A browser sends Content-Length by itself, and the size was checked in the request.
//! says: Content-Length is not among the signed headers
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
