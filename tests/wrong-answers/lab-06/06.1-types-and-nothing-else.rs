//! The type is what the browser needs; how long something is kept is the browser's own business.
//! says: it has none, so every browser and CloudFront decide for themselves
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    Headers { content_type: Some(guessed.to_string()), cache_control: None }
