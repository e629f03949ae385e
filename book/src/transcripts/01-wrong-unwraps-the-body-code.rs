let object: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
Ok(object.get("name").and_then(Value::as_str).map(str::to_owned))
