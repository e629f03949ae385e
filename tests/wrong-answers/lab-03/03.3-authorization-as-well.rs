//! Pages send two headers, the type and who they are. The board knows nobody.
//! says: authorization
    let methods = match event.resource.as_deref() {
        Some("/board") => "GET, POST",
        _ => "GET, PUT",
    };
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type, authorization",
            "Access-Control-Max-Age": "600",
        },
    }))
