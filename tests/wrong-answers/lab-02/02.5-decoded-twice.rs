//! To be safe it is decoded until nothing changes. An id with a percent sign in it becomes another one.
//! says: asked GET /board/caf%25C3%25A9
//! says: got status 200
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(&encoding::from_path(written))
