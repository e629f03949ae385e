//! In this template every body arrives in base64, so every body is decoded. The list of binary types belongs to the API, and
//! the next one has another.
//! says: with isBase64Encoded false
//! says: got status 400
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
