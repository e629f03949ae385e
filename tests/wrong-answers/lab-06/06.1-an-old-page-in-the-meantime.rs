//! The old page is shown at once and the new one fetched meanwhile. Whoever comes once sees the old one.
//! says: a browser keeps it for 600 seconds
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "max-age=0, stale-while-revalidate=600" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
