//! The key is enough to find the file again. Nobody knows any more what it was called.
//! says: the name among the headers, as x-amz-meta-name
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size);
    let good_for = Duration::from_secs(5 * 60);
