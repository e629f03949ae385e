//! A PDF is as long as it is.
//! says: S3 takes any size
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .set_content_length((wanted.content_type != "application/pdf").then_some(wanted.size))
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
