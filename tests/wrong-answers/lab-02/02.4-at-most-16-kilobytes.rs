//! Nobody writes so much.
//! says: a hundred kilobytes
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };

    if bytes.len() > 16 * 1024 {
        return Err(Refusal::bad_json(&bytes));
    }
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
