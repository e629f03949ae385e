//! There is nothing to permit for a post that is not there.
//! says: /board/nothing
    let mut asked = event.clone();
    asked.http_method = "GET".parse().expect("a method");
    if let Err(refusal @ Refusal::NoSuchPost(_)) = small_board::answer(&asked) {
        return Err(refusal);
    }
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
        },
    }))
