//! What does not fit is not there. The caller looks for a mistake in the path, and the path is right.
//! says: got status 404, {"error":{"code":"no_such_path"
//! says: asked DELETE /board
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
