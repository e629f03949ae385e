//! The id is what follows /board/.
//! says: board/café
    let path = event.request_context.path.as_deref().unwrap_or_default();
    let id = path.split("/board/").nth(1).unwrap_or_default();
    encoding::from_path(id.trim_matches('/'))
