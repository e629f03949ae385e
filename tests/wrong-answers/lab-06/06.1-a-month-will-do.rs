//! Thirty days are long. A file whose key has a version in it never changes.
//! says: a browser keeps it for 2592000 seconds
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=2592000" } else { "no-cache" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
