//! What is static has a version. That holds for the folder that is called so at the top.
//! says: zoo/static
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let keeps = if key.contains("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(format!("{guessed}{charset}")), cache_control: Some(keeps.to_owned()) }
