//! A browser's copy is private, so it says so. Then CloudFront keeps none, and fetches each file for each reader.
//! says: CloudFront keeps it for no time
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "private, max-age=31536000" } else { "no-cache" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
