//! Files are sorted by what they are: pictures lie in a folder of pictures.
//! says: the board's page finds a file by that id
    let key = format!("{FOLDER}{}/{}", wanted.content_type, uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
