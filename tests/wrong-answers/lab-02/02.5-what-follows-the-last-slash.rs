//! The id stands at the end of the path. A caller who ends the path with a slash has nothing there.
//! says: asked GET /board/welcome/
//! says: There is no post \"\"
    let path = event.path.as_deref().unwrap_or_default();
    encoding::from_path(path.rsplit('/').next().unwrap_or_default())
