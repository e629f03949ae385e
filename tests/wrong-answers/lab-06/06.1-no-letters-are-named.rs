//! The ending says what it is.
//! says: in which letters its bytes are read
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
