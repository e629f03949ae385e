//! The ending says more than the sender.
//! says: the type text/html
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(match wanted.name.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html",
            "svg" => "image/svg+xml",
            _ => wanted.content_type.as_str(),
        })
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
