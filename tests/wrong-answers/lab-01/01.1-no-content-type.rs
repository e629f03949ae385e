//! The body is JSON, as one can see, so nothing has to say so.
//! says: content-type
    json!({ "statusCode": status, "body": body.to_string() })
