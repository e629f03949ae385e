//! Forms send name=Ada, so that is read as well.
//! says: expected a refusal: nobody is named
    if let Some(name) = body.strip_prefix("name=") {
        return Ok(Some(name.to_owned()));
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
