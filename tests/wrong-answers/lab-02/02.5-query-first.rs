//! Who says postId in the query means it.
//! says: id in the body is "welcome"
    if let Some(id) = event.query_string_parameters.first("postId") {
        return id.to_owned();
    }
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written)
