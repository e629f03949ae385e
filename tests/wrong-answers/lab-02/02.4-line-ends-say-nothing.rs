//! Line ends and tabs say nothing in JSON, so they are taken out before it is read.
//! says: got status 202
    let body = event.body.as_deref().unwrap_or_default();
    let mut bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | b'\t'));
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
