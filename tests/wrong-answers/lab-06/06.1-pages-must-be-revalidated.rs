//! must-revalidate sounds like asking every time. It is about copies that are too old, and nobody has said when they are.
//! says: Cache-Control: must-revalidate, a browser decides for itself how long it keeps it
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "must-revalidate" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
