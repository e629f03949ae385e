//! The gateway has made the base64, and JSON is text, so neither can fail. A byte that is no UTF-8 makes it panic.
//! says: got status 502
//! says: FromUtf8Error
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded { encoding::from_base64(body).unwrap() } else { body.as_bytes().to_vec() };
    let text = String::from_utf8(bytes).unwrap();
    serde_json::from_str(&text).map_err(|_| Refusal::bad_json(text.as_bytes()))
