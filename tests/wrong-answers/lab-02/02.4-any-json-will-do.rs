//! It is JSON, and what is not in it is missing. A list is then a post without fields, and its author is told to send a title.
//! says: error.code is "bad_field"
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let json: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    Ok(json.as_object().cloned().unwrap_or_default())
