//! Some clients ask for welcome.json.
//! says: welcome.json
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written.trim_end_matches(".json"))
