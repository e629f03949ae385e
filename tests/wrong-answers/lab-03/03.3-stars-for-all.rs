//! A star stands for all methods and all headers, so that nobody has to come back to this line.
//! says: Access-Control-Allow-Methods: *
//! says: that a page of https://board.example.com may not send this
    let _ = event;
    Ok(json!({
        "statusCode": 204,
        "headers": { "Access-Control-Allow-Methods": "*", "Access-Control-Allow-Headers": "*" },
    }))
