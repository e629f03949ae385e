//! What a page could try is to delete, so DELETE gets its 405. PATCH is a 404 at a post and at the list.
//! says: asked PATCH /board
//! says: expected status 405
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        ("/board", "DELETE" | "PUT") => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", "DELETE" | "POST") => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
