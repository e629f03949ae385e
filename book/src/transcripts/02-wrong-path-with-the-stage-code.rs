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
