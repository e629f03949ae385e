//! Some browsers ask for it, so it is answered.
//! says: Access-Control-Allow-Private-Network
    let methods = match small_board::answer(event) {
        Err(Refusal::MethodNotAllowed { allow }) => allow,
        other => return other,
    };
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "600",
            "Access-Control-Allow-Private-Network": "true",
        },
    }))
