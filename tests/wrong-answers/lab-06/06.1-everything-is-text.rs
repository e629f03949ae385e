//! Pages, styles and scripts are all text, so text/plain describes every file of the site.
//! says: of which a browser shows the source
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some("text/plain; charset=utf-8".to_owned()), cache_control: Some(keeps.to_owned()) }
