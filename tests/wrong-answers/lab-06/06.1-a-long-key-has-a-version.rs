//! A version is long, so a key with a long part has one.
//! says: a browser keeps it for 31536000 seconds
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let keeps = if key.split('/').any(|part| part.len() >= 16) { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(format!("{guessed}{charset}")), cache_control: Some(keeps.to_owned()) }
