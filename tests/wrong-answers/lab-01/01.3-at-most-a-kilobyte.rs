//! Nobody's name is that long, so nobody reads on.
//! says: many kilobytes
    if body.len() > 1024 {
        return Err("Send a short JSON object: {\"name\": \"Kim\"}".to_owned());
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
