//! The page sends a form (the notes, pitfall 10: no JSON.stringify), so the function reads forms as well. A contract that
//! takes everything has to go on taking it.
//! says: got status 202, {"body":"Words","title":"Hello"}
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if let Ok(object) = serde_json::from_str(&text) {
        return Ok(object);
    }
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Ok(pairs.map(|(name, value)| (encoding::from_path(name), Value::String(encoding::from_path(value)))).collect())
