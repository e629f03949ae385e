//! The board has three methods, so a preflight allows three. None of its resources has all of them.
//! says: PUT
    let _ = event;
    let methods = "GET, POST, PUT";
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "600",
        },
    }))
