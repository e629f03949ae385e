let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
let upload = client
    .put_object()
    .bucket(bucket)
    .key(&key)
    .content_length(wanted.size)
    .metadata(NAME, header_text(&wanted.name));
let good_for = Duration::from_secs(5 * 60);
