//! The API has GET, POST and PUT, so that is what is allowed. At the icon, two of the three are refused by the next try.
//! says: Allow: GET, POST, PUT
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        _ => Err(Refusal::MethodNotAllowed { allow: "GET, POST, PUT" }),
    }
