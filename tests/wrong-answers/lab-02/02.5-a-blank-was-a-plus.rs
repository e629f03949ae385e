//! Somewhere on the way a plus became a blank, so it is put back.
//! says: almost one
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written).replace(' ', "+")
