//! Posts will be deleted some day.
//! says: the board takes no
    let methods = match event.resource.as_deref() {
        Some("/board") => "GET, POST",
        _ => "GET, PUT, DELETE",
    };
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "600",
        },
    }))
