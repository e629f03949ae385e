//! The first value of the body is the draft. What follows it is not looked at, so half of two drafts is kept.
//! says: and more
//! says: got status 202
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let first = serde_json::Deserializer::from_slice(&bytes).into_iter().next();
    first.and_then(Result::ok).ok_or_else(|| Refusal::bad_json(&bytes))
