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
    // TODO(lab-06.1): say what the file is (mime_guess knows endings; a text is UTF-8), and how long it may be kept: what has a
    // version in its key for ever, everything else never without asking.
    let _ = key;
    Headers::default()
}
