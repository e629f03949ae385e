//! The path without the stage is as good a name. It is what the caller wrote, with a slash at the end if they wrote one.
//! says: There is nothing at \"/board/\"
    let path = event.path.as_deref().unwrap_or_default();
    match (path, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        (path, "GET") if path.len() > "/board/".len() => read(event),
        (path, "PUT") if path.len() > "/board/".len() => update(event),
        (path, _) if path.len() > "/board/".len() => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        (path, _) => Err(Refusal::NoSuchPath(path.to_owned())),
    }
