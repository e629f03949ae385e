//! What comes from outside is escaped.
//! says: read a JSON object, whatever else is in it
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let mut object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    for value in object.values_mut() {
        if let Some(text) = value.as_str() {
            *value = Value::String(text.replace('<', "&lt;"));
        }
    }
    Ok(object)
