//! The id is what stands in the path. A letter with an accent cannot stand there as it is.
//! says: got the link /dev/board/café
    let here = event.request_context.path.as_deref().unwrap_or_default();
    format!("{here}/{id}")
