//! The file has a name already, and people want to find it again by that name. It lies in a folder of its own, so it does no harm.
//! says: the second file would replace the first
    let key = format!("{FOLDER}{}", wanted.name);
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
