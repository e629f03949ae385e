//! Clients wrap what they send.
//! says: in an object inside of it
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    let wrapped = object.values().find_map(|value| value.get("name"));
    Ok(object.get("name").or(wrapped).and_then(Value::as_str).map(str::to_owned))
