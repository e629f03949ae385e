//! The board is what follows the last slash.
//! says: by the path /board/
    let here = event.request_context.path.as_deref().unwrap_or_default();
    let stage = event.request_context.stage.as_deref().unwrap_or_default();
    let board = here.rsplit('/').next().unwrap_or_default();
    format!("/{stage}/{board}/{}", encoding::to_path(id))
