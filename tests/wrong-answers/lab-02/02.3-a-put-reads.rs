//! A post is a post: GET and PUT go the same way. What was sent is not looked at.
//! says: an answer of the route that reads a body
    let resource = event.resource.as_deref().unwrap_or_default();
    let _ = update;
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET" | "PUT") => read(event),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", _) => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
