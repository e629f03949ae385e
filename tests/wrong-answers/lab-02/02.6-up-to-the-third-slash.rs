//! Stage and board are what stands before the third slash.
//! says: the path //board
    let here = event.request_context.path.as_deref().unwrap_or_default();
    let end = here.match_indices('/').nth(2).map_or(here.len(), |(at, _)| at);
    format!("{}/{}", &here[..end], encoding::to_path(id))
