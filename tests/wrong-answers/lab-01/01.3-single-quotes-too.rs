//! JavaScript takes both kinds of quotation marks.
//! says: nearly JSON
    let read = |text: &str| serde_json::from_str::<serde_json::Map<String, Value>>(text);
    let object = read(body)
        .or_else(|_| read(&body.replace('\'', "\"")))
        .map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
