//! Who sends a name sends an object with a name, and no other objects in it.
//! says: greet a name that is not alone in its JSON body
    if body.matches('{').count() > 1 {
        return Err("Send a JSON object: {\"name\": \"Kim\"}".to_owned());
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
