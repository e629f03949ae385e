//! What S3 is told about a file, because it tells browsers and CloudFront just that: what it is, and how long it keeps.

/// What goes with a file. What is `None` is left to S3, or to the client that sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headers {
    /// `Content-Type`: without it a browser saves a page instead of showing it, and runs no module.
    pub(super) content_type: Option<String>,
    /// `Cache-Control`: who keeps a copy, and until when.
    pub(super) cache_control: Option<String>,
}

/// The headers of the object `key`. Keys below `static/` have a version in them, so the content of one never changes.
pub(super) fn of(key: &str) -> Headers {
    // lab-06.1 begin
    let guessed = mime_guess::from_path(key).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let keeps = if key.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Headers { content_type: Some(format!("{guessed}{charset}")), cache_control: Some(keeps.to_owned()) }
    // lab-06.1 starter
    // | // TODO(lab-06.1): say what the file is (mime_guess knows endings; a text is UTF-8), and how long it may be kept: what has a
    // | // version in its key for ever, everything else never without asking.
    // | let _ = key;
    // | Headers::default()
    // lab-06.1 end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_again_and_a_version_never() {
        for (key, content_type, cache_control) in [
            ("index.html", "text/html; charset=utf-8", "no-cache"),
            ("config.json", "application/json", "no-cache"),
            ("favicon.svg", "image/svg+xml", "no-cache"),
            (
                "static/0123456789abcdef/page.js",
                "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable",
            ),
            ("static/0123456789abcdef/page.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
            ("static/0123456789abcdef/noise", "application/octet-stream", "public, max-age=31536000, immutable"),
        ] {
            let headers = of(key);
            assert_eq!(headers.content_type.as_deref(), Some(content_type), "{key}");
            assert_eq!(headers.cache_control.as_deref(), Some(cache_control), "{key}");
        }
    }
}
