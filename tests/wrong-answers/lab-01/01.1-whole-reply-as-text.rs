//! Everything on the wire is text, so the whole reply is turned into text, not only its body.
//! says: the reply is a string; it must be an object
    json!(
        json!({
            "statusCode": status,
            "headers": { "Content-Type": "application/json" },
            "body": body.to_string(),
        })
        .to_string()
    )
