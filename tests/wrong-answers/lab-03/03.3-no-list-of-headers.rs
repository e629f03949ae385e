//! The page uses three methods and no headers of its own. Content-Type is one as soon as it says JSON.
//! says: Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight response.
    let _ = event;
    Ok(json!({ "statusCode": 204, "headers": { "Access-Control-Allow-Methods": "GET, POST, PUT" } }))
