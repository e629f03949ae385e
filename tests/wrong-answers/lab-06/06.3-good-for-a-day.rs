//! Some lines are slow, and people go to lunch: with a day nobody is ever late.
//! says: X-Amz-Expires=86400
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(24 * 60 * 60);
