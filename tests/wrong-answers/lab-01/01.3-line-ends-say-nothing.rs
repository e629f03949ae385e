//! Line ends and tabs say nothing in JSON, so they are taken out before it is read.
//! says: a line ends inside of a text
    let body = body.replace(['\r', '\n', '\t'], "");
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(&body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
