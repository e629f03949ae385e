//! The path, a slash, and the id.
//! says: by the path /board/
    let here = event.request_context.path.as_deref().unwrap_or_default();
    format!("{here}/{}", encoding::to_path(id))
