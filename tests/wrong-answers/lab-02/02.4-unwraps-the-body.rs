//! Who posts sends a body. Who sends none gets a 502.
//! says: got status 502
//! says: refuse a request without a body
    let body = event.body.as_deref().unwrap();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
