//! How bodies are written is a matter of the API, and is found once.
//! says: as this event says
    static BASE64: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if *BASE64.get_or_init(|| event.is_base64_encoded) {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
