//! People do not look at capitals, so an id is compared without them. Two ids are then one.
//! says: asked GET /board/WELCOME
//! says: got status 200
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written).to_lowercase()
