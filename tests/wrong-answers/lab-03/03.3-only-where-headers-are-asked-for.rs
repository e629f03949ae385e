//! A preflight asks for headers. One that asks for none needs no answer.
//! says: let a page PUT a text
    // The board's own refusal of OPTIONS knows which methods this path has.
    let methods = match small_board::answer(event) {
        Err(Refusal::MethodNotAllowed { allow }) => allow,
        other => return other,
    };
    if event.headers.get("access-control-request-headers").is_none() {
        return Ok(json!({ "statusCode": 204, "headers": {} }));
    }
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "600",
        },
    }))
