//! Our own page sends JSON (the notes, pitfall 10: it did not). A form makes it panic, and a panic is a 502.
//! says: got status 502
//! says: expected ident
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded { encoding::from_base64(body).unwrap() } else { body.as_bytes().to_vec() };
    Ok(serde_json::from_slice(&bytes).unwrap())
