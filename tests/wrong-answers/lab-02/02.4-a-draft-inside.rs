//! Some clients wrap the draft.
//! says: with another one in it
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    match object.get("post") {
        Some(Value::Object(draft)) => Ok(draft.clone()),
        _ => Ok(object),
    }
