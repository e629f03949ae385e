//! Browsers ask every time, and CloudFront spares S3 the questions. So it gives all of them yesterday's page.
//! says: CloudFront keeps it for 86400 seconds
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "max-age=0, s-maxage=86400" };
    Headers { content_type: Some(guessed.to_string()), cache_control: Some(keeps.to_owned()) }
