//! The body becomes a text, and the text becomes JSON.
//! says: body
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": serde_json::Value::String(body.to_string()).to_string(),
    })
