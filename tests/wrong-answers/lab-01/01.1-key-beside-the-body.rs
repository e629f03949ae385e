//! One more key cannot hurt: callers ignore what they do not know. API Gateway does not.
//! says: unknown key "message"
    json!({
        "statusCode": status,
        "message": "greeted",
        "body": body.to_string(),
    })
