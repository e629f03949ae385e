//! Whatever the name is, it becomes a text.
//! says: expected a refusal: nobody is named
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned)))
