//! A link that works from outside names the host. Behind a domain of one's own, or here, that host is not where the caller is.
//! says: got the link https://
    let host = event.request_context.domain_name.as_deref().unwrap_or_default();
    let here = event.request_context.path.as_deref().unwrap_or_default();
    format!("https://{host}{here}/{}", encoding::to_path(id))
