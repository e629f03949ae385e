//! An ending tells what a file is.
//! says: not even its ending
    let key = format!("{FOLDER}{}.{}", uuid::Uuid::now_v7(), wanted.name.rsplit('.').next().unwrap_or_default());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
