//! A digest says nothing of the name, so no caller chooses it.
//! says: the same key again
    use sha2::Digest;

    let key = format!("{FOLDER}{}", sha2::Sha256::digest(&wanted.name).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
