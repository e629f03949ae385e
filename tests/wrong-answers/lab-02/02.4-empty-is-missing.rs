//! A text that says nothing is missing.
//! says: a text in it that says nothing
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let mut object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    object.retain(|_, value| value.as_str() != Some(""));
    Ok(object)
