//! A flag for all that is not plain text. The body is not encoded, and API Gateway decodes it.
//! says: isBase64Encoded
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "isBase64Encoded": true,
        "body": body.to_string(),
    })
