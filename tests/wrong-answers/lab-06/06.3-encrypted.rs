//! What is stored is encrypted.
//! says: x-amz-server-side-encryption is signed and does not come with the address
    let key = format!("{FOLDER}{}", uuid::Uuid::now_v7());
    let upload = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .server_side_encryption(aws_sdk_s3::types::ServerSideEncryption::Aes256)
        .content_type(&wanted.content_type)
        .content_length(wanted.size)
        .metadata(NAME, header_text(&wanted.name));
    let good_for = Duration::from_secs(5 * 60);
