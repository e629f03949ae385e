//! The way is the same for every request, so it is found once.
//! says: a second stage
    static HERE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let here = HERE.get_or_init(|| event.request_context.path.clone().unwrap_or_default());
    format!("{here}/{}", encoding::to_path(id))
