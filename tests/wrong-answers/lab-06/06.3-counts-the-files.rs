//! A number of its own for every file. Each environment begins at 0.
//! says: which another environment has made before
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let key = format!("{FOLDER}{:012}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
