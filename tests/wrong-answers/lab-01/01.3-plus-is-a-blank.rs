//! A plus is a blank, as in a query.
//! says: Ada+King
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(|name| name.replace('+', " ")))
