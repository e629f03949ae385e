//! A body is a text, so it is text/plain.
//! says: text/plain
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "text/plain" },
        "body": body.to_string(),
    })
