//! A post has an id, so the parameter is called id. It is called as the template calls it.
//! says: There is no post \"\"
    let written = event.path_parameters.get("id").map_or("", String::as_str);
    encoding::from_path(written)
