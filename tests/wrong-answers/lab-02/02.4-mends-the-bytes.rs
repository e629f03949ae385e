//! Bytes become text the easy way, and what is no UTF-8 becomes a question mark in a box. Nobody tells its author.
//! says: got status 202
//! says: refuse a body with a byte E9 in it
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let text = String::from_utf8_lossy(&bytes);
    serde_json::from_str(&text).map_err(|_| Refusal::bad_json(text.as_bytes()))
