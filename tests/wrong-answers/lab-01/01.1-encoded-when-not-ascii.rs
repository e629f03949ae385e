//! What is not ASCII is binary.
//! says: finished lab gives
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": body.to_string(),
        "isBase64Encoded": !body.to_string().is_ascii(),
    })
