//! API Gateway has taken the path apart, so its parameter is the id. It is, but still encoded.
//! says: There is no post \"caf%C3%A9\"
    event.path_parameters.get("postId").cloned().unwrap_or_default()
