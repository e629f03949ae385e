//! The ending is what follows the dot.
//! says: stored as text/javascript
    let guessed = mime_guess::from_ext(key.split('.').nth(1).unwrap_or_default()).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(format!("{guessed}{charset}")), cache_control: Some(keeps.to_owned()) }
