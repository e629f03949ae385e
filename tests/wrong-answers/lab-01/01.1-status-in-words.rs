//! A status has a name, so the name will do.
//! says: statusCode is "OK"
    json!({
        "statusCode": if status == 200 { "OK" } else { "Bad Request" },
        "headers": { "Content-Type": "application/json" },
        "body": body.to_string(),
    })
