//! The browser says what the page wants, and the answer repeats it. Who repeats every question permits everything.
//! says: that a page of https://board.example.com may not send this
//! says: Access-Control-Allow-Methods: DELETE
    let asked = |name: &str| event.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": asked("access-control-request-method"),
            "Access-Control-Allow-Headers": asked("access-control-request-headers"),
        },
    }))
