//! What comes out of a URL is decoded as forms and queries are, where a plus is a blank. In a path it is a plus.
//! says: There is no post \"c \"
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(&written.replace('+', " "))
