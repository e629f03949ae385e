//! A form can neither PUT nor DELETE, so it says which method it means.
//! says: headers that speak of
    let resource = event.resource.as_deref().unwrap_or_default();
    let method = event.headers.get("x-method-override").and_then(|m| m.to_str().ok()).unwrap_or(method);
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        ("/board", _) => Err(Refusal::MethodNotAllowed { allow: "GET, POST" }),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", _) => Err(Refusal::MethodNotAllowed { allow: "GET, PUT" }),
        _ => Err(Refusal::NoSuchPath(resource.to_owned())),
    }
