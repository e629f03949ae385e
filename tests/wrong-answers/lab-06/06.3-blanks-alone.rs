//! A blank cannot stand in an address, so blanks are replaced. Letters of other alphabets cannot stand in a header.
//! says: which no browser sends
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, wanted.name.replace(' ', "%20"));
    let good_for = Duration::from_secs(5 * 60);
