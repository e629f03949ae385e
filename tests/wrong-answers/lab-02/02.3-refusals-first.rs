//! What is not allowed is sorted out first. An arm that takes every method leaves nothing for those below it.
//! says: got status 405
//! says: an answer other than method_not_allowed
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", _) => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
