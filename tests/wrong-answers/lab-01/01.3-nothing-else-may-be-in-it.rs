//! The object has a name and nothing else, so anything else is refused. Who sends more has named somebody all the same.
//! says: greet a name that is not alone
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    if object.keys().any(|key| key != "name") {
        return Err("Send a JSON object: {\"name\": \"Kim\"}".to_owned());
    }
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
