//! Source maps are for developers.
//! says: keeps it for no time, so it is asked for again and again
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let keeps = if key.starts_with("static/") && !key.ends_with(".map") && !key.ends_with(".json") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(format!("{guessed}{charset}")), cache_control: Some(keeps.to_owned()) }
