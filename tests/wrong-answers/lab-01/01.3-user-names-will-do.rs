//! A user name is a name.
//! says: refuse JSON whose texts are called anything but name
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").or_else(|| object.get("username")).and_then(Value::as_str).map(str::to_owned))
