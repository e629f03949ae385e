//! JSON that is a text is the name itself.
//! says: refuse JSON that holds no name
    if let Ok(name) = serde_json::from_str::<String>(body) {
        return Ok(Some(name));
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
