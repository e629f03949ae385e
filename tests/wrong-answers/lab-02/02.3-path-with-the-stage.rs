//! The path begins with the stage, so the routes do too. They fit as long as nobody writes a second slash, and as long as
//! the stage is called dev.
//! says: There is nothing at \"/v2/board\"
//! says: There is nothing at \"/dev//board\"
    let path = event.request_context.path.as_deref().unwrap_or_default();
    match (path, method) {
        ("/dev/board", "GET") => Ok(list(event)),
        ("/dev/board", "POST") => create(event),
        ("/dev/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/dev/board/icon", "GET") => Ok(reply::icon()),
        ("/dev/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        (path, "GET") if path.starts_with("/dev/board/") => read(event),
        (path, "PUT") if path.starts_with("/dev/board/") => update(event),
        (path, _) if path.starts_with("/dev/board/") => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        (path, _) => Err(Refusal::NoSuchPath(path.to_owned())),
    }
