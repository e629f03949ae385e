//! The body is JSON, so it is parsed. It arrived in base64, because the API declares binary media types.
//! says: this begins \"eyJ
    let body = event.body.as_deref().unwrap_or_default();
    serde_json::from_str(body).map_err(|_| Refusal::bad_json(body.as_bytes()))
