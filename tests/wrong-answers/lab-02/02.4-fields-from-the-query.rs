//! What the body lacks may stand in the query.
//! says: POST /board?title=Hello
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let mut object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))?;
    for name in ["title", "body"] {
        if let (None, Some(value)) = (object.get(name), event.query_string_parameters.first(name)) {
            object.insert(name.to_owned(), Value::from(value));
        }
    }
    Ok(object)
