//! The site has five kinds of files, so five are known. The next picture is saved to the disk.
//! says: it is stored as application/octet-stream
    let (_, ending) = key.rsplit_once('.').unwrap_or_default();
    let content_type = match ending {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(content_type.to_owned()), cache_control: Some(keeps.to_owned()) }
