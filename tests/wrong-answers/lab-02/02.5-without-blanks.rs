//! A blank at the edge was a slip, so it is cut off. What an id says is then not what the path says.
//! says: asked GET /board/%20welcome
//! says: got status 200
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written).trim().to_owned()
