//! Addresses are written small.
//! says: /Prod/board/
    let here = event.request_context.path.as_deref().unwrap_or_default().to_lowercase();
    format!("{here}/{}", encoding::to_path(id))
