//! A body of blanks is an object without fields.
//! says: bad_json
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };

    if !bytes.is_empty() && bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
