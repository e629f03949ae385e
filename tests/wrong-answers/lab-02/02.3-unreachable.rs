//! API Gateway sends nothing else here, so the rest cannot happen. It sends every method.
//! says: got status 502
//! says: asked DELETE /board
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        _ => unreachable!("no such method"),
    }
