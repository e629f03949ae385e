//! A page is for everybody, so it is public. That says who may keep it, and not for how long.
//! says: Cache-Control: public, a browser decides for itself how long it keeps it
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "public" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
