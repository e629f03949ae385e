//! A page PUTs at a post, so it is asked there. POST of JSON has a preflight at the list, too.
//! says: asked OPTIONS /board
//! says: It does not have HTTP ok status.
    if event.resource.as_deref() != Some("/board/{postId}") {
        return small_board::answer(event);
    }
    Ok(json!({
        "statusCode": 204,
        "headers": { "Access-Control-Allow-Methods": "GET, PUT", "Access-Control-Allow-Headers": "content-type" },
    }))
