//! JSON is what is called application/json. A client that adds the charset calls it so, too, and is refused.
//! says: application/json; charset=UTF-8
//! says: got status 400
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let declared = event.headers.get("content-type").and_then(|value| value.to_str().ok());
    if declared != Some("application/json") {
        return Err(Refusal::bad_json(&bytes));
    }
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
