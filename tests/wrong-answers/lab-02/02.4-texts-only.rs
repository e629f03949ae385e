//! Every field of a draft is a text.
//! says: read a JSON object, whatever else is in it
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let texts: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    Ok(texts.into_iter().map(|(name, text)| (name, Value::String(text))).collect())
