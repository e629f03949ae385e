//! A list of one is that one.
//! says: lab-01.3: refuse JSON that holds no name
    let value: Value = serde_json::from_str(body).map_err(|_| "Send a JSON object: {\"name\": \"Kim\"}".to_owned())?;
    let object = if value.is_array() { value[0].clone() } else { value };
    Ok(object["name"].as_str().map(str::to_owned))
