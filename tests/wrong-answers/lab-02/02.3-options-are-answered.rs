//! OPTIONS asks which methods there are, and that is a question and no mistake. Here it is a method that no resource has.
//! says: asked OPTIONS /board
//! says: got status 204
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        (_, "OPTIONS") => Ok(json!({ "statusCode": 204, "headers": { "Allow": "GET, POST, PUT" } })),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", _) => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
