//! The answer to a preflight says all that a browser looks for, the origin as well, and with a star it fits. It fits everybody.
//! says: that a page of https://stranger.example may not send this
//! says: Access-Control-Allow-Origin: *
    let methods = match event.resource.as_deref() {
        Some("/board") => "GET, POST",
        _ => "GET, PUT",
    };
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
        },
    }))
