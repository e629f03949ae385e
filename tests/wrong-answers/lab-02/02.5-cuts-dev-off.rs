//! The path begins with /dev/board/, and what is left is the id. On another stage nothing is cut off.
//! says: read a post on a stage that is called v2
    let path = event.request_context.path.as_deref().unwrap_or_default();
    encoding::from_path(path.strip_prefix("/dev/board/").unwrap_or(path).trim_end_matches('/'))
