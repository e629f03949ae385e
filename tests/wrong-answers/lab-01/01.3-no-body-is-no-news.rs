//! Who sends nothing knows that.
//! says: where there is no body
    if body.is_empty() {
        return Err("The body is empty.".to_owned());
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;

    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
