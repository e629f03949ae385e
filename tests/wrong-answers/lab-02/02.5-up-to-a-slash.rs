//! A slash ends a part of a path, so the id ends there. One that was encoded is a letter of the id.
//! says: whose id is almost one
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    let meant = encoding::from_path(written);
    meant.split('/').next().unwrap_or_default().to_owned()
