//! Caching makes a site fast, and files that are published rarely change: a year for all of them.
//! says: readers who still see the old one
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = "public, max-age=31536000";
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
