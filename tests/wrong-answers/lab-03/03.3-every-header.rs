//! The methods are listed, and headers do no harm, so a star stands for them. A header is how a page says what a form cannot.
//! says: Access-Control-Allow-Headers: *
//! says: X-Draft: 1
    let methods = match event.resource.as_deref() {
        Some("/board") => "GET, POST",
        _ => "GET, PUT",
    };
    Ok(json!({
        "statusCode": 204,
        "headers": { "Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": "*" },
    }))
