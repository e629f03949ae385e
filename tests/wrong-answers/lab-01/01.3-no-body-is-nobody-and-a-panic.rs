//! A POST has a body. The event has none where nothing was sent.
//! says: no body at all
    if body.is_empty() {
        panic!("a POST has a body");
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
